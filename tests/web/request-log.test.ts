import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWeb, type Web } from '../../src/web/start-web.ts';
import { bareOptions, TOKEN } from './bare-options.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly requestId?: string;
  readonly route?: string;
  readonly status?: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const lines: Line[] = [];
let web: Web;
let url: string;
beforeAll(async () => {
  const note = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, ...fields });
  };
  // Its store and its goals fail: see there.
  web = await startWeb(
    bareOptions({ log: { debug: note('debug'), info: note('info'), error: note('error') } }),
  );
  url = web.url.replace('0.0.0.0', '127.0.0.1');
});
afterAll(() => web.close());

const get = (place: string, headers: Record<string, string> = {}) =>
  fetch(url + place, { headers: { authorization: `Bearer ${TOKEN}`, ...headers } });
const linesOf = (id: string) => lines.filter(({ requestId }) => requestId === id);

it.each(['f3b1c2d4e5f60718293a4b5c6d7e8f90', 'Root=1-67891233-abcdef012345678912345678', 'a'])(
  'keeps the id %s that a proxy gave',
  async id => {
    const answer = await get('try', { 'x-request-id': id });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(linesOf(id)).toEqual([
      expect.objectContaining({ level: 'info', message: 'answered a request', route: '/try', status: 200 }),
    ]);
  },
);

it.each(['two words', 'x'.repeat(65), '<script>', 'semi;colon', '"', 'a/b'])(
  'makes a new id in the place of %s',
  async id => {
    const made = (await get('try', { 'x-request-id': id })).headers.get('x-request-id')!;
    expect(made).toMatch(UUID);
    expect(linesOf(made)).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(JSON.stringify(id));
  },
);

it('gives every answer an id of its own, refusals too', async () => {
  const answers = await Promise.all([
    get('healthz'),
    get('nowhere'),
    get('page/none.css'),
    get('try', { authorization: 'Bearer wrong' }),
    get('try', { host: 'attacker.example' }),
    fetch(`${url}try`, { method: 'POST', headers: { origin: 'https://attacker.example' } }),
  ]);
  const ids = answers.map(({ headers }) => headers.get('x-request-id')!);
  expect(new Set(ids).size).toBe(answers.length);
  for (const [index, id] of ids.entries()) {
    expect(id).toMatch(UUID);
    expect(linesOf(id)).toEqual([expect.objectContaining({ status: answers[index]!.status })]);
  }
});

it('has one id in all lines of a request, also where many are at work', async () => {
  const places = ['api/goals', 'readyz', ''];
  const asked = Array.from({ length: 9 }, (_, index) => ({
    id: `asked-${index}`,
    place: places[index % 3]!,
  }));
  lines.splice(0);
  await Promise.all(asked.map(({ id, place }) => get(place, { 'x-request-id': id })));
  for (const { id, place } of asked) {
    const own = linesOf(id);
    expect(own.at(-1)!.message).toBe('answered a request');
    const faults = own.slice(0, -1).map(({ message }) => message);
    if (place === 'api/goals') expect(faults).toEqual(['a request failed']);
    if (place === 'readyz') expect(faults).toEqual(['not ready: the store does not answer']);
    if (place === '')
      expect(faults.every(message => message === 'the dashboard could not be read')).toBe(true);
  }
  // One reading is shared: its two faults (jobs and goals) are those of the request that began it.
  const readings = lines.filter(({ message }) => message === 'the dashboard could not be read');
  expect(readings).toHaveLength(2);
  expect(new Set(readings.map(({ requestId }) => requestId)).size).toBe(1);
  expect(lines.every(({ requestId }) => requestId !== undefined)).toBe(true);
});

it('writes of what is asked for all the time only where it fails', async () => {
  lines.splice(0);
  for (const place of ['healthz', 'metrics', 'page/style.css']) await (await get(place)).text();
  await get('readyz');
  expect(lines.filter(({ message }) => message === 'answered a request').map(({ level }) => level)).toEqual([
    'debug',
    'debug',
    'debug',
    'info',
  ]);
});
