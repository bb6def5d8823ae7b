import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarChart } from '../../src/charts/bar-chart.ts';
import { altTextOfChart } from '../../src/charts/chart.ts';
import { renderChart, renderSvg } from '../../src/charts/render-chart.ts';
import type { ScatterChart } from '../../src/charts/scatter-chart.ts';
import { decodeImage } from '../../src/inference/image/decode-image.ts';

const bars: BarChart = {
  kind: 'bars',
  title: 'Supported adjectives',
  unit: 'per 100 words',
  source: 'Run 2026-11-25-samples-1a2b3c, 9 images',
  decimals: 1,
  target: { label: 'target', value: 9 },
  bars: [
    { name: 'embedded', value: 21.13, interval: { low: 18.2, high: 24 } },
    { name: 'vlm:<b>HuggingFaceTB/SmolVLM & others', value: 9.44, interval: { low: 7, high: 12.1 } },
    { name: 'recorded:blip2.json', value: null, interval: null },
  ],
};

const points: ScatterChart = {
  kind: 'scatter',
  title: 'Latency against quality',
  source: 'Run 2026-11-25-samples-1a2b3c, 9 images',
  x: { label: 'Latency, ms (median)', decimals: 0, isLogarithmic: true },
  y: { label: 'CIDEr-D', decimals: 2 },
  points: [
    { name: 'embedded', x: 130, y: 0.4 },
    { name: 'vlm:HuggingFaceTB/SmolVLM-256M-Instruct', x: 4130, y: 0.92 },
  ],
};

/** The words of an SVG file, in its order. */
const wordsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(match => match[1]!);

describe('bars', () => {
  it('write each figure beside its bar, and say what was not computed', () => {
    const words = wordsOf(renderSvg(bars));
    expect(words).toEqual(expect.arrayContaining(['21.1', '9.4', 'not computed', 'embedded']));
    expect(words.join(' ')).toContain('&lt;b&gt;');
    expect(words).toContain('per 100 words; dashed: target');
  });

  it('have whiskers for their intervals, and none without', () => {
    const lines = (chart: BarChart) => renderSvg(chart).match(/stroke-width="1.5"/g)?.length ?? 0;
    const without = bars.bars.map(bar => ({ ...bar, interval: null }));
    expect(lines(bars) - lines({ ...bars, bars: without })).toBe(6);
  });

  it('have room for every bar, on a desk and on a phone', async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ name: `model ${i}`, value: i, interval: null }));
    for (const width of [560, 350]) {
      const words = wordsOf(renderSvg({ ...bars, bars: many }, { width, isDark: true }));
      expect(words).toEqual(expect.arrayContaining(many.map(({ name }) => name)));
    }
    const { source } = await decodeImage(renderChart({ ...bars, bars: many }), { name: 'chart' });
    expect(source).toMatchObject({ format: 'png', width: 1120, transparent: false });
    expect(source.height).toBeGreaterThan(20 * 60);
  });

  it('are said in words, from the figures that are drawn', () => {
    expect(altTextOfChart(bars)).toBe(
      'Bar chart: Supported adjectives, per 100 words, with 95 % intervals. target: 9.0. embedded: 21.1 (18.2 to 24.0). vlm:<b>HuggingFaceTB/SmolVLM & others: 9.4 (7.0 to 12.1). recorded:blip2.json: not computed.',
    );
  });

  it('are drawn where nothing was computed, and where all is 0', () => {
    const none = { ...bars, target: undefined, bars: [{ name: 'one', value: null, interval: null }] };
    expect(wordsOf(renderSvg(none))).toContain('not computed');
    expect(wordsOf(renderSvg({ ...none, bars: [{ name: 'one', value: 0, interval: null }] }))).toContain(
      '0.0',
    );
  });
});

describe('points', () => {
  it('are numbered, and named with their figures below', () => {
    const words = wordsOf(renderSvg(points));
    expect(words).toEqual(expect.arrayContaining(['1', '2', '1  embedded: 130 · 0.40']));
    const narrow = wordsOf(renderSvg(points, { width: 350 }));
    expect(narrow.find(text => text.startsWith('2  '))).toMatch(/^2 {2}vlm:.*….*Instruct: 4,130 · 0.92$/);
  });

  it('are said in words', () => {
    expect(altTextOfChart(points)).toBe(
      'Scatter chart: Latency against quality. Across: Latency, ms (median). Up: CIDEr-D. embedded: 130 across, 0.40 up. vlm:HuggingFaceTB/SmolVLM-256M-Instruct: 4,130 across, 0.92 up.',
    );
  });
});

it('alt text keeps to 1,000 characters, and says how many are left out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 120 }), { minLength: 1, maxLength: 60 }),
      names => {
        const list = names.map(name => ({ name, value: 1, interval: null }));
        const text = altTextOfChart({ ...bars, target: undefined, bars: list });
        expect(text.length).toBeLessThanOrEqual(1000);
        const more = / And (\d+) more\.$/.exec(text)?.[1];
        const said = text.split(': 1.0.').length - 1;
        if (more !== undefined) expect(said + Number(more)).toBe(names.length);
      },
    ),
  );
});
