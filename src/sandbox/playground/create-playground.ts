import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { NarratorError } from '../../errors.ts';
import { MAX_IMAGE_BYTES } from '../../inference/image/limits.ts';
import type { PretendPlatform } from '../pretend-platform.ts';
import { SandboxError } from '../sandbox-error.ts';
import { streamEvents } from './event-stream.ts';
import { guardRequest } from './guard-request.ts';
import { ACTS, readAct } from './read-form.ts';
import { readSample, SAMPLES } from './samples.ts';
import { showPlatformFile } from './show-platform-file.ts';

export interface PlaygroundOptions {
  readonly platforms: readonly PretendPlatform[];
  /** Where it listens: an address of this machine, `127.0.0.1` or `::1`. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly log: { error(fields: object, message: string): void };
  /** Resolves when the bots are there: what people do before is kept back so long, since nobody would see it. */
  readonly ready?: Promise<void>;
}

export interface Playground {
  readonly url: string;
  close(): Promise<void>;
}

const PAGE = path.join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Pages that may be open at once. */
const MAX_STREAMS = 16;
/** How long an act waits for the bots. */
const READY_MS = 15_000;
/** Room for the form around the files. */
const MAX_BODY_BYTES = MAX_IMAGE_BYTES + 200_000;

/**
 * Serves the page on which a newcomer is in a pretend Discord and a pretend Slack at once.
 *
 * @throws NarratorError `port-taken`, `bad-host`
 */
export async function createPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { platforms, host, log, ready = Promise.resolve() } = options;
  if (!['127.0.0.1', '::1'].includes(host)) {
    throw new NarratorError(
      'bad-host',
      'The playground has no passwords, so that only this machine may open it: give 127.0.0.1 or ::1.',
    );
  }
  const closing = new AbortController();
  let port = 0;
  let streams = 0;
  const app = new Hono();
  app.use(guardRequest(() => port));
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: context => context.json({ error: 'That is more than 20 MB: take a smaller image.' }, 413),
    }),
  );

  app.post('*', async (context, next) => {
    if (await isReady()) return await next();
    return context.json({ error: 'The bot is still starting: try again in a moment.' }, 503);
  });

  app.get('/', context => sendPage(context, 'index.html'));
  app.get('/page/:file', context => sendPage(context, context.req.param('file')));
  app.get('/samples', context => context.json(SAMPLES));
  app.get('/samples/:name', async context => {
    const bytes = await readSample(context.req.param('name'));
    if (bytes === null) return context.notFound();
    return context.body(bytes, 200, { 'content-type': 'image/jpeg' });
  });
  app.get('/files/:platform', context => showPlatformFile(context, find(context)));
  app.get('/events', context => {
    if (streams >= MAX_STREAMS) {
      return context.json({ error: 'The playground is open in too many windows: close some.' }, 503);
    }
    const personOf = (platform: PretendPlatform) => {
      const wanted = context.req.query(platform.name);
      return (platform.people.find(({ id }) => id === wanted) ?? platform.people[0]!).id;
    };
    streams++;
    return streamSSE(context, async stream => {
      try {
        await streamEvents(stream, platforms, personOf, closing.signal);
      } catch (error) {
        log.error({ err: error }, 'a page’s events ended');
      } finally {
        streams--;
      }
    });
  });

  app.post('/:platform/post', async context => {
    const { act, personId, files } = await readAct(context.req, ACTS.post);
    return context.json(await find(context).post({ ...act, personId, files }));
  });
  app.post('/:platform/command', async context => {
    const { act, personId, files } = await readAct(context.req, ACTS.command);
    await find(context).runCommand({ ...act, personId, files });
    return context.json({});
  });
  app.post('/:platform/complete', async context => {
    const { act, personId } = await readAct(context.req, ACTS.complete);
    return context.json(await find(context).complete({ ...act, personId }));
  });
  app.post('/:platform/shortcut', async context => {
    const { act, personId } = await readAct(context.req, ACTS.shortcut);
    await find(context).runShortcut({ ...act, personId });
    return context.json({});
  });
  app.post('/:platform/press', async context => {
    const { act, personId } = await readAct(context.req, ACTS.press);
    await find(context).press({ ...act, personId });
    return context.json({});
  });
  app.post('/:platform/submit', async context => {
    const { act, personId } = await readAct(context.req, ACTS.submit);
    await find(context).submit({ ...act, personId });
    return context.json({});
  });
  app.post('/:platform/delete', async context => {
    const { act, personId } = await readAct(context.req, ACTS.delete);
    await find(context).deleteMessage({ ...act, personId });
    return context.json({});
  });
  app.post('/:platform/home', async context => {
    const { personId } = await readAct(context.req, ACTS.home);
    await find(context).openHome?.(personId);
    return context.json({});
  });
  app.post('/:platform/alt-text', async context => {
    const { act } = await readAct(context.req, ACTS['alt-text']);
    await find(context).setAltText(act.messageId, act.fileIndex, act.altText);
    return context.json({});
  });

  app.notFound(context => context.json({ error: 'There is nothing here.' }, 404));
  app.onError((error, context) => {
    if (error instanceof NarratorError) return context.json({ error: error.message }, 400);
    log.error({ err: error, path: context.req.path }, 'the playground failed');
    return context.json({ error: 'That failed: the terminal has the details.' }, 500);
  });

  async function isReady(): Promise<boolean> {
    const over = new AbortController();
    const late = wait(READY_MS, false, { signal: over.signal }).catch(() => false);
    const found = await Promise.race([ready.then(() => true), late]);
    over.abort();
    return found;
  }

  function find(context: Context): PretendPlatform {
    const found = platforms.find(({ name }) => name === context.req.param('platform'));
    if (!found) throw new SandboxError('unknown', 'There is no such platform.');
    return found;
  }

  const server = await listen(app, host, options.port);
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${port}/`,
    async close() {
      closing.abort();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
      await promise;
    },
  };
}

async function sendPage(context: Context, file: string): Promise<Response> {
  const type = TYPES[path.extname(file)];
  // One plain name: no way out of the folder.
  if (type === undefined || !/^[a-z-]+\.[a-z]+$/.test(file)) return context.notFound();
  try {
    return context.body(await readFile(path.join(PAGE, file), 'utf8'), 200, { 'content-type': type });
  } catch {
    return context.notFound();
  }
}

async function listen(app: Hono, hostname: string, port: number): Promise<ServerType> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = serve({ fetch: app.fetch, hostname, port }, () => resolve());
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') return reject(error);
    reject(
      new NarratorError('port-taken', `Port ${port} is taken: choose another with --port.`, { cause: error }),
    );
  });
  await promise;
  return server;
}
