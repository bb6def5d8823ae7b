import { afterAll, describe, expect, it } from 'vitest';
import { createChartDrawer } from '../../src/charts/chart-drawer.ts';
import { altTextOf, type TimeChart } from '../../src/charts/time-chart.ts';
import { decodeImage } from '../../src/inference/image/decode-image.ts';

const DAY = 86_400_000;
const from = Date.UTC(2026, 9, 26);

const chart: TimeChart = {
  title: 'Adjective density of <this> & that',
  unit: 'per 100 words',
  source: 'Source: 40 descriptions by this service',
  from,
  until: from + 30 * DAY,
  series: [
    { name: 'Adjectives', points: [0, 3, 9, 20].map((day, i) => ({ at: from + day * DAY, value: 20 + i })) },
    { name: 'Supported', points: [{ at: from, value: 12.34 }] },
    { name: 'Contradicted', points: [{ at: from, value: null }] },
  ],
};

const drawer = createChartDrawer();
afterAll(() => drawer.close());

describe('the chart drawer', () => {
  it('draws a PNG file at twice the size that chats show, and goes on after a fault', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    const both = await Promise.allSettled([
      drawer.draw({ ...chart, series: null as never }),
      drawer.draw(chart),
    ]);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(3);
    expect(both[0]).toMatchObject({ reason: { code: 'chart-failed' } });
    const png = (both[1] as PromiseFulfilledResult<Uint8Array>).value;
    const { source } = await decodeImage(png, { name: 'chart' });
    expect(source).toMatchObject({ format: 'png', width: 1120, height: 680, transparent: false });
    expect(png.byteLength).toBeGreaterThan(15_000);
  });

  it('draws text with the font that comes along', async () => {
    const [with_, without] = await Promise.all([drawer.draw(chart), drawer.draw({ ...chart, title: '' })]);
    expect(with_.byteLength - without.byteLength).toBeGreaterThan(1000);
  });

  it('ends its thread, and begins another when asked again', async () => {
    const one = createChartDrawer();
    await one.draw(chart);
    await one.close();
    expect((await one.draw(chart)).byteLength).toBeGreaterThan(15_000);
    const cut = one.draw(chart);
    const refusal = expect(cut).rejects.toMatchObject({ code: 'chart-failed' });
    await one.close();
    await refusal;
  });

  it('takes a bounded number at a time', async () => {
    const one = createChartDrawer();
    const many = Array.from({ length: 21 }, () => one.draw(chart));
    const settled = Promise.allSettled(many);
    await expect(many[20]).rejects.toMatchObject({ code: 'charts-busy' });
    await one.close();
    await settled;
  });
});

it('says in words what the chart shows', () => {
  expect(altTextOf(chart)).toBe(
    'Line chart: Adjective density of <this> & that, per 100 words, by day from 2026-10-26 to 2026-11-25. ' +
      'Adjectives, 4 days: from 20.0 on 2026-10-26 to 23.0 on 2026-11-15; lowest 20.0 on 2026-10-26, highest 23.0 on 2026-11-15. ' +
      'Supported: 12.3 on 2026-10-26. Contradicted: not measured.',
  );
  const [line] = chart.series;
  const gap = { at: from + DAY, value: null };
  expect(altTextOf({ ...chart, series: [{ ...line!, points: [...line!.points, gap] }] })).toMatch(
    /highest 23\.0 on 2026-11-15; 1 day not measured\.$/,
  );
});
