import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore, type StoreOptions } from '../../src/store/open-store.ts';
import { findPostgres } from './both-stores.ts';
import { NOW, pendingRow, replyRow } from './rows.ts';
import { administer, startPostgres } from './start-postgres.ts';

const found = await findPostgres();
const reason = 'reason' in found ? found.reason : null;

describe.skipIf(reason !== null)(`the store on PostgreSQL${reason === null ? '' : ` (${reason})`}`, () => {
  const releases: (() => unknown)[] = [];
  afterEach(async () => {
    for (let release = releases.pop(); release; release = releases.pop()) await release();
  });
  const start = async () => {
    const server = await startPostgres(['-c', 'fsync=off']);
    releases.push(() => server.remove());
    return server;
  };
  const open = async (url: string, options?: StoreOptions) => {
    const store = await openStore({ kind: 'postgres', url }, { now: () => NOW, ...options });
    releases.push(() => store.close());
    return store;
  };

  it('recovers when the server is stopped and started again', async () => {
    const server = await start();
    const warnings: string[] = [];
    const log = { info: () => {}, warn: (_details: object, message: string) => warnings.push(message) };
    const store = await open(server.url('postgres'), { log, retryMs: 200 });
    await store.replies.put(replyRow({ id: 'before' }));
    await server.stop();
    const error: Error = await store.replies.get('before').then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/^The database 127\.0\.0\.1:\d+\/postgres does not answer/),
    });
    expect(warnings).not.toEqual([]);
    await server.start();
    expect(await store.replies.get('before')).not.toBeNull();

    // One that is asked while the server is away waits for it.
    const patient = await open(server.url('postgres'), { retryMs: 30_000 });
    await server.stop();
    const answer = patient.replies.get('before');
    await server.start();
    expect(await answer).not.toBeNull();
  });

  it('goes on when its connections are ended', async () => {
    const server = await start();
    const store = await open(server.url('postgres'));
    for (let round = 0; round < 3; round++) {
      const work = Promise.all(
        Array.from({ length: 40 }, (_, index) => store.replies.put(replyRow({ id: `${round} ${index}` }))),
      );
      await administer(
        server.url('postgres'),
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'visual-narrator'",
      );
      await work;
      for (let index = 0; index < 40; index++) {
        expect(await store.replies.get(`${round} ${index}`)).not.toBeNull();
      }
    }
  });

  it('knows its own row again when the answer to adding it is lost', async () => {
    const server = await start();
    const url = new URL(server.url('postgres'));
    const serverPort = Number(url.port);
    // Stands between and cuts the connection when the server says that the row was added.
    let cuts = 0;
    const sockets = new Set<Socket>();
    const between = createServer(client => {
      const upstream = connectSocket(serverPort, url.hostname);
      let isCut = false;
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
      client.on('data', data => {
        isCut = cuts === 0 && data.includes('insert into "pending"');
        upstream.write(data);
      });
      upstream.on('data', data => {
        if (!isCut) {
          client.write(data);
          return;
        }
        cuts++;
        client.destroy();
        upstream.destroy();
      });
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
    await new Promise<void>(resolve => between.listen(0, '127.0.0.1', resolve));
    releases.push(() => {
      between.close();
      for (const socket of sockets) socket.destroy();
    });
    const address = between.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    url.port = String(address.port);
    const store = await open(url.href);
    expect(await store.pending.add(pendingRow({ id: 'event' }))).toBe(true);
    expect(cuts).toBe(1);
    expect(await store.pending.add(pendingRow({ id: 'event' }))).toBe(false);
  });

  it('says what is wrong with DATABASE_URL, without its password', async () => {
    const { url: server } = found as { url: string };
    const right = new URL(`${server}postgres`);
    const change = (changes: Partial<Record<'password' | 'pathname' | 'port', string>>) =>
      Object.assign(new URL(right), changes).href;
    for (const [url, words] of [
      [change({ password: 'secret-wrong' }), 'refused the user or the password'],
      [change({ pathname: '/nowhere' }), 'does not exist'],
      [change({ port: '1' }), '127.0.0.1:1/postgres does not answer'],
      ['not a url with secret-wrong', 'looks like postgres://'],
      ['mysql://u:secret-wrong@h/d', 'looks like postgres://'],
    ] as const) {
      const error: Error = await openStore({ kind: 'postgres', url }, { retryMs: 20 }).then(
        () => expect.unreachable(),
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ code: 'store-unavailable', message: expect.stringContaining(words) });
      const everything = inspect(error, { depth: null, showHidden: true });
      expect(everything).not.toContain('secret-wrong');
      expect(everything).not.toContain(right.password);
    }
  });
});
