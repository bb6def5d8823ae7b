/**
 * Milliseconds of writing one reply and of the statistics' queries with 100,000 descriptions, on SQLite and on PostgreSQL
 * (npm's, on this machine, with its defaults: it waits for the disk at each commit).
 *
 * On SQLite the event loop stands still while rows are put and got; a thread of its own does the statistics.
 *
 * Command: npm run bench:store
 *
 * With `-- --samples`: milliseconds of every query that the dashboard, the digest and the goals make, with 1,000,000 samples of
 * reach and 100,000 descriptions, and (with `--plans` beside it) the databases' plans for them. Both take some minutes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { StoreConfig } from '../src/config/config.ts';
import { openStore } from '../src/store/open-store.ts';
import type { DescriptionRow, Store } from '../src/store/store.ts';
import { startPostgres, whyNoPostgres } from '../tests/store/start-postgres.ts';
import { explainQuery, fillSamples, timedQueries, vacuum } from './million-samples.ts';
import { quantileOf } from './quantile-of.ts';

const DESCRIPTIONS = 100_000;
const PUT_AT_A_TIME = 500;
const WRITES = 1000;
const QUERIES = 100;
const SAMPLE_QUERIES = 30;
const DAY_MS = 86_400_000;
const DAYS = 90;

const { values } = parseArgs({
  options: { samples: { type: 'boolean', default: false }, plans: { type: 'boolean', default: false } },
});
const now = Date.now();
const generator = xoroshiro128plus(5);
const draw = (below: number) => uniformInt(generator, 0, below - 1);

/** Four servers of 25 channels and 500 people; three models. */
function describedRow(number: number): DescriptionRow {
  const server = draw(4);
  const words = 10 + draw(40);
  const adjectives = draw(10);
  const supported = draw(adjectives + 1);
  const describedAt = now - draw(DAYS * DAY_MS);
  return {
    id: `d${number}`,
    replyId: `r${number}`,
    platform: server % 2 === 0 ? 'discord' : 'slack',
    serverId: `server ${server}`,
    channelId: `channel ${server} ${draw(25)}`,
    requesterId: `person ${server} ${draw(500)}`,
    authorId: `person ${server} ${draw(500)}`,
    engine: 'embedded',
    model: `model ${draw(3)}`,
    style: 'brief',
    words,
    adjectives,
    supported,
    contradicted: adjectives - supported,
    uncheckable: 0,
    supportedPer100Words: (supported * 100) / words,
    interpretive: 0,
    engineMs: 100 + draw(200_000) / 1000,
    totalMs: 110 + draw(200_000) / 1000,
    describedAt,
    text: null,
    expiresAt: now + DAYS * DAY_MS,
  };
}

/** @param used gets the processor time of this process, all its threads, in milliseconds */
async function time(
  repeats: number,
  action: (index: number) => Promise<unknown>,
  used: number[] = [],
): Promise<string> {
  const times: number[] = [];
  for (let index = 0; index < repeats; index++) {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await action(index);
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    used.push((user + system) / 1000);
  }
  return `${quantileOf(times, 0.5).toFixed(2).padStart(9)} ${quantileOf(times, 0.99).toFixed(2).padStart(9)}`;
}

async function fillDescriptions({ descriptions }: Store): Promise<void> {
  for (let start = 0; start < DESCRIPTIONS; start += PUT_AT_A_TIME) {
    await descriptions.put(Array.from({ length: PUT_AT_A_TIME }, (_, index) => describedRow(start + index)));
  }
}

async function measureSamples(name: string, store: Store, config: StoreConfig): Promise<void> {
  const began = performance.now();
  await fillDescriptions(store);
  const rows = await fillSamples(store, now);
  if (config.kind === 'postgres') await vacuum(config.url);
  console.log(
    `\n${name}: ${rows} samples, ${DESCRIPTIONS} descriptions in ${DAYS} days, in ${((performance.now() - began) / 1000).toFixed(0)} s; load ${loadavg()[0]?.toFixed(2)}`,
  );
  const head = config.kind === 'sqlite' ? ' processor' : '';
  console.log(`${''.padEnd(46)}    median       p99${head}`);
  for (const query of timedQueries(store, now)) {
    // First, while its statements are still to be prepared.
    const plans = values.plans ? await explainQuery(config, query) : [];
    const used: number[] = [];
    const times = await time(SAMPLE_QUERIES, query.run, used);
    // SQLite works in this process: its own time, whatever else the machine does.
    const own = config.kind === 'sqlite' ? quantileOf(used, 0.5).toFixed(2).padStart(9) : '';
    console.log(`${query.name.padEnd(46)} ${times} ${own}`.trimEnd());
    for (const plan of plans) console.log(plan.replace(/^/gm, '    '), '\n');
  }
}

async function measure(name: string, store: Store): Promise<void> {
  const { descriptions, replies } = store;
  await fillDescriptions(store);
  console.log(`\n${name.padEnd(46)}    median       p99`);
  const say = async (what: string, repeats: number, action: (index: number) => Promise<unknown>) =>
    console.log(`${what.padEnd(46)} ${await time(repeats, action)}`);
  await say('put the description of one image', WRITES, index =>
    descriptions.put([describedRow(DESCRIPTIONS + index)]),
  );
  await say('put a reply', WRITES, index =>
    replies.put({
      id: `r${index}`,
      platform: 'discord',
      serverId: 'server 0',
      channelId: 'channel 0 0',
      requesterId: 'person 0 0',
      authorId: 'person 0 0',
      messageId: null,
      state: { style: 'brief', images: [{ url: 'https://example.org/a.png', name: 'a.png' }] },
      createdAt: now,
      expiresAt: now + DAY_MS,
    }),
  );
  await say('get a reply', WRITES, index => replies.get(`r${index}`));
  const all = { from: 0, until: now + 1 };
  for (const [subject, filter] of [
    ['a channel', { ...all, channelId: 'channel 0 0' }],
    ['a person', { ...all, authorId: 'person 0 0' }],
    ['a server', { ...all, serverId: 'server 0' }],
    ['everything', all],
  ] as const) {
    const { descriptions: count } = await descriptions.totals(filter);
    const of = `of ${subject} (${count})`;
    await say(`days ${of}`, QUERIES, () => descriptions.days(filter));
    await say(`totals with medians ${of}`, QUERIES, () => descriptions.totals(filter));
    await say(`models ${of}`, QUERIES, () => descriptions.byModel(filter, 10));
    await say(`leaders ${of}`, QUERIES, () => descriptions.leaders(filter, 5, 10));
  }
}

console.log(
  `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0]?.toFixed(2)}; milliseconds`,
);
const folder = await mkdtemp(join(tmpdir(), 'narrator-bench-'));
try {
  const config = { kind: 'sqlite', file: join(folder, 'narrator.sqlite') } as const;
  const store = await openStore(config);
  if (values.samples) await measureSamples('SQLite', store, config);
  else await measure('SQLite', store);
  await store.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
const reason = whyNoPostgres();
if (reason !== null) {
  console.log(`\nPostgreSQL: not measured (${reason})`);
} else {
  const server = await startPostgres();
  try {
    const config = { kind: 'postgres', url: server.url('postgres') } as const;
    const store = await openStore(config);
    if (values.samples) await measureSamples('PostgreSQL', store, config);
    else await measure('PostgreSQL', store);
    await store.close();
  } finally {
    await server.remove();
  }
}
console.log(`\nload ${loadavg()[0]?.toFixed(2)} at the end`);
