import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenWeb, openWeb, readPhoto } from './open-web.ts';

interface Operation {
  readonly responses: Record<
    string,
    { readonly content: { readonly 'application/json': { schema: object } } }
  >;
}

let web: OpenWeb;
let paths: Record<string, Record<string, Operation>>;

beforeAll(async () => {
  web = await openWeb(({ bots }) => ({ bots: { ...bots, perPersonPerMinute: 100 } }));
  ({ paths } = (await (await fetch(`${web.url}/openapi.json`)).json()) as { paths: typeof paths });
});
afterAll(() => web.close());

/** Asks, and holds the answer against what the OpenAPI document says of it. */
async function ask(place: string, init: RequestInit = {}): Promise<{ status: number; body: never }> {
  const answer = await fetch(web.url + place, init);
  const body = await answer.json();
  const operation = paths[place.split('?')[0]!]![(init.method ?? 'GET').toLowerCase()]!;
  const stated = operation.responses[answer.status];
  expect(stated, `${place}: ${answer.status}`).toBeDefined();
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(stated!.content['application/json'].schema);
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  return { status: answer.status, body: body as never };
}

function postImage(query = '', init: RequestInit = {}) {
  return ask(`/api/describe${query}`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    ...init,
  });
}

describe('the API, held against its OpenAPI document', () => {
  it('is alive and ready', async () => {
    expect(await ask('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await ask('/readyz')).toEqual({ status: 200, body: { ready: true, reasons: [] } });
  });

  it('describes the bytes of an image', async () => {
    const { status, body } = await postImage('?style=alt', { body: await readPhoto() });
    expect([status, body]).toEqual([200, expect.objectContaining({ style: 'alt', source: 'upload' })]);
    expect((body as { text: string }).text).toMatch(/sheep/);
  });

  it.each([
    ['?style=loud', 'text/plain', 'x', 400],
    ['?style=loud', 'image/png', 'x', 400],
    ['?engine=magic', 'image/png', 'x', 400],
    ['', 'image/png', '<svg/>', 422],
    ['', 'image/png', '', 422],
    ['', 'application/json', '{"url":', 400],
    ['', 'application/json', '{"url":"http://127.0.0.1:1/x.jpg"}', 400],
    ['', 'application/json', '{"url":"http://169.254.169.254/latest"}', 400],
    ['', 'application/json', '{"url":"file:///etc/passwd"}', 400],
    ['', 'application/json', '{"url":"https://example.org/a.png","more":1}', 400],
  ])('refuses %s of %s: %s', async (query, type, body, status) => {
    const answer = await postImage(query, { headers: { 'content-type': type }, body });
    expect(answer.status).toBe(status);
  });

  it('refuses a body over 20 MB, with its length told or not', async () => {
    const chunk = new Uint8Array(1 << 20);
    expect((await postImage('', { body: new Uint8Array(21_000_000) })).status).toBe(413);
    const stream = ReadableStream.from(Array.from({ length: 21 }, () => chunk));
    const answer = await postImage('', { body: stream, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(413);
  });

  it('gives out samples with their gaps, and says what fell', async () => {
    const { body } = await ask('/api/reach?source=github&subject=team/model&metric=stars');
    const { samples } = body as { samples: { value: number | null; outcome: string; wentDown: boolean }[] };
    expect(samples.map(({ value, outcome, wentDown }) => [value, outcome, wentDown])).toEqual([
      [12, 'value', false],
      [null, 'missing', false],
      [11, 'value', true],
    ]);
  });

  it.each([
    'source=github',
    'source=github&subject=a&metric=b&limit=9999',
    'source=github&subject=a&metric=b&from=2020-01-01',
    'source=github&subject=a&metric=b&from=yesterday',
  ])('refuses the query %s', async query => {
    expect((await ask(`/api/reach?${query}`)).status).toBe(400);
  });

  it('tells the goals with their pace, null where nothing was measured', async () => {
    const { body } = await ask('/api/goals');
    const { goals } = body as { goals: { id: string }[] };
    expect(goals.map(({ id }) => id)).toEqual(['stars', 'forks']);
    expect(goals[0]).toMatchObject({
      ...{
        name: 'Goal of stars <b>',
        target: 50,
        unit: 'stars',
        dueAt: null,
        state: 'under-way',
        metOn: null,
      },
      latest: { value: 40, source: 'GitHub' },
      forecast: { perDay: 2, coverage: 0.8 },
    });
    const { forecast, remarks } = goals[0] as unknown as {
      forecast: { earliest: string; reachedOn: string; latest: string };
      remarks: string[];
    };
    expect(forecast.earliest < forecast.reachedOn && forecast.reachedOn < forecast.latest).toBe(true);
    expect(remarks).toEqual([expect.stringContaining(`at this rate on ${forecast.reachedOn}`)]);
    expect(goals[1]).toMatchObject({ latest: null, forecast: null, state: 'under-way' });
  });
});

describe('metrics', () => {
  it('count by pattern, not by path, and have what the Grafana dashboard asks for', async () => {
    await fetch(`${web.url}/no/such/${'x'.repeat(50)}`);
    await postImage('', { body: await readPhoto() });
    const text = await (await fetch(`${web.url}/metrics`)).text();
    expect(text).not.toContain('xxxxx');
    expect(text).toMatch(/narrator_http_requests_total\{method="GET",route="none",status="404"\} \d/);
    expect(text).toMatch(
      /narrator_descriptions_total\{platform="web",engine="embedded",outcome="described"\} \d/,
    );
    expect(text).toMatch(/narrator_inference_starts_total\{engine="embedded"\} 1/);
    expect(text).toMatch(/narrator_ready 1/);
    const names = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
      ),
    );
    const file = path.join(import.meta.dirname, '../../deploy/grafana-dashboard.json');
    const { panels } = JSON.parse(readFileSync(file, 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const used = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => expr.match(/\b(?:narrator|process|nodejs)_\w+/g) ?? []),
    );
    expect(used.length).toBeGreaterThan(8);
    for (const name of used) expect(names).toContain(name);
  });
});

describe('the pages', () => {
  it('show what is measured, and run nothing that a model is called', async () => {
    const page = await (await fetch(web.url)).text();
    expect(page).toContain('Ready: events are answered.');
    expect(page).toContain('smolvlm-256m &lt;script&gt;');
    expect(page).not.toMatch(/<script>|style="| on\w+=/);
    // A goal with its figure, pace and forecast; and one that was never measured.
    expect(page).toContain('Goal of stars &lt;b&gt;');
    expect(page).toMatch(/<strong>40<\/strong> of more than 50 stars\./);
    expect(page).toMatch(/2\.0 a day: at this rate on \d{4}-\d\d-\d\d \(80 % interval/);
    expect(page).toMatch(/Not measured yet; the goal is more than 50 forks\./);
    // By day, with the two that were not measured.
    expect(page.match(/<td>not measured<\/td>/g)!.length).toBeGreaterThanOrEqual(2);
    expect(page).toMatch(/alt="Line chart: Goals, % of the goal, [^"]*2 days not measured/);
    expect(page).toMatch(/check-models<\/th><td>✗ failed, <time [^>]*>[^<]*<\/time>, 1\.5\u00a0s/);
    expect(page).toContain('A model &lt;script&gt; is damaged.');
    expect(page).toContain('<span class="fault">2</span>');
    expect(page).toContain('No benchmark has been run here yet.');
    const image = /<img src="([^"]+)"[^>]* alt="Line chart: ([^"]+)"/.exec(page)!;
    const chart = await fetch(web.url + image[1]!);
    expect(chart.headers.get('content-type')).toBe('image/svg+xml');
    expect(chart.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await chart.text()).toMatch(/^<svg.*stars.*Goals/s);
    for (const look of ['wide-light', 'wide-dark', 'narrow-light', 'narrow-dark']) {
      const density = await (await fetch(`${web.url}/charts/density-${look}.svg`)).text();
      expect(density).toMatch(/^<svg.*Supported.*Contradicted/s);
    }
  });

  it('describe an image by a plain form, and say what is missing in one', async () => {
    const form = new FormData();
    form.set('image', new Blob([await readPhoto()]), 'a.jpg');
    const answer = await fetch(`${web.url}/try`, { method: 'POST', body: form });
    const page = await answer.text();
    expect([answer.status, page]).toEqual([200, expect.stringMatching(/<mark class="supported">/)]);
    const empty = await fetch(`${web.url}/try`, { method: 'POST', body: new FormData() });
    expect([empty.status, await empty.text()]).toEqual([400, expect.stringContaining('Choose an image')]);
  });

  it.each(['/', '/try', '/openapi.json', '/nowhere', '/metrics'])(
    'send strict headers with %s',
    async place => {
      const { headers } = await fetch(web.url + place);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options') ?? headers.get('content-security-policy')).toMatch(
        /frame-ancestors/,
      );
    },
  );

  it('serve no other file', async () => {
    for (const place of ['/page/..%2fstart-web.ts', '/page/constructor', '/charts/density-a-b.svg']) {
      expect((await fetch(web.url + place)).status).toBe(404);
    }
  });
});

describe('strangers', () => {
  const get = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      request(web.url, { headers }, answer => resolve(answer.resume().statusCode!))
        .on('error', reject)
        .end();
    });

  it('are refused by another name, as after DNS rebinding', async () => {
    expect(await get({ host: 'attacker.example' })).toBe(403);
    expect(await get({ host: 'localhost:1' })).toBe(200);
  });

  it('send nothing from pages of other sites', async () => {
    const body = new FormData();
    const send = (headers: Record<string, string>) =>
      fetch(`${web.url}/try`, { method: 'POST', body, headers }).then(({ status }) => status);
    expect(await send({ origin: 'https://attacker.example' })).toBe(403);
    expect(await send({ origin: 'null' })).toBe(403);
    expect(await send({ origin: web.url })).toBe(400);
  });
});
