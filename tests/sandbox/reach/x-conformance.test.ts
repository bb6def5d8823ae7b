import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectX } from '../../../src/reach/collect-x.ts';
import {
  type PretendSources,
  startPretendSources,
} from '../../../src/sandbox/reach/start-pretend-sources.ts';
import { OpenApiConformance } from '../openapi-conformance.ts';

const DESCRIPTION = new URL('../../../../shared/specs/x-openapi.json', import.meta.url);
const NOW = Date.UTC(2026, 11, 1);
const WITHOUT = existsSync(DESCRIPTION) ? '' : ' (skipped: ../shared/specs/x-openapi.json is not there)';

describe.skipIf(WITHOUT !== '')(`the pretend X${WITHOUT}`, () => {
  let sources: PretendSources;
  let conformance: OpenApiConformance;

  beforeAll(async () => {
    conformance = new OpenApiConformance(JSON.parse(readFileSync(DESCRIPTION, 'utf8')));
    const figures = Object.fromEntries(
      ['likes', 'reposts', 'replies', 'quotes', 'bookmarks', 'impressions'].map(metric => [metric, () => 3]),
    );
    sources = await startPretendSources({
      subjects: {
        huggingface: {},
        github: {},
        reddit: {},
        x: { '1234': figures, '@narrator': { followers: () => 7 } },
      },
      now: () => NOW,
      xRecorder: conformance,
      xNames: 'description',
    });
  });
  afterAll(() => sources.close());

  it('is asked and answers as X’s API description says', async () => {
    const { faults, access } = sources;
    const collect = (subjects: readonly string[], now = NOW) =>
      collectX({ ...access.x, subjects, now: () => now, signal: new AbortController().signal, retryMs: 1 });
    const readings = await collect(['1234', '999', '@narrator', '@nobody']);
    expect(readings.find(({ metric }) => metric === 'engagements')).toMatchObject({ value: 15 });
    expect(readings.find(({ metric }) => metric === 'followers')).toMatchObject({ value: 7 });
    expect(readings.filter(({ outcome }) => outcome === 'missing')).toHaveLength(8);
    faults.add({ source: 'x', kind: 'restricted', from: NOW, until: NOW + 1 });
    expect((await collect(['1234'])).every(({ outcome }) => outcome === 'restricted')).toBe(true);
    await collectX({
      ...access.x,
      token: 'wrong',
      subjects: ['1234'],
      now: () => NOW,
      signal: new AbortController().signal,
    });
    expect(conformance.faults).toEqual([]);
    expect(conformance.missing).toEqual(new Set());
    expect(conformance.seen).toEqual(
      new Map([
        ['GET /2/tweets', new Set([400, 200, 401])],
        ['GET /2/users/by', new Set([200])],
      ]),
    );
  });

  it('would be found out', () => {
    const watcher = new OpenApiConformance(JSON.parse(readFileSync(DESCRIPTION, 'utf8')));
    watcher.onExchange({
      method: 'GET',
      path: '/2/tweets',
      url: 'http://x/2/tweets?ids=1,x&tweet.fields=public_metrics',
      requestHeaders: {},
      requestBody: null,
      status: 200,
      responseBody: { data: [{ id: '1', public_metrics: { like_count: 'many' } }] },
    });
    const whats = watcher.faults.map(({ what }) => what).join('\n');
    expect(whats).toMatch(/tweet\.fields is not declared/);
    expect(whats).toMatch(/\/1 must match pattern/);
    expect(whats).toMatch(/like_count must be integer/);
  });
});
