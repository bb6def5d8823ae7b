import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/inference/engines/engine.ts';
import { guardEngine } from '../../../src/inference/engines/guard-engine.ts';
import type { DecodedImage } from '../../../src/inference/image/decoded-image.ts';

/** An engine that writes what `describe` returns, and counts what was asked of it. */
function engineThat(describeImage: (image: DecodedImage) => string, changes: Partial<Engine> = {}) {
  const counts = { loads: 0, descriptions: 0 };
  const engine: Engine = {
    name: 'test',
    model: 'test/model',
    isLanguageModel: true,
    async load() {
      counts.loads++;
    },
    async describe(image) {
      counts.descriptions++;
      return { text: describeImage(image) };
    },
    async close() {},
    ...changes,
  };
  return { engine, counts };
}

/** The mean of all colour values: something that a model which sees has to differ in. */
const lightness = ({ pixels }: DecodedImage) =>
  String(pixels.reduce((sum, value) => sum + value, 0) / pixels.length);
const plenty = async () => 1e12;

describe('a guarded engine', () => {
  it('loads once and describes', async () => {
    const { engine, counts } = engineThat(lightness);
    const guarded = guardEngine(engine, plenty);
    await Promise.all([guarded.load(), guarded.load()]);
    await guarded.load();
    expect(counts).toEqual({ loads: 1, descriptions: 2 });
  });

  it('does not load a language model that the image does not reach', async () => {
    const { engine, counts } = engineThat(() => 'A lovely picture.');
    const guarded = guardEngine(engine, plenty);
    await expect(guarded.load()).rejects.toMatchObject({ name: 'ModelError', code: 'model-blind' });
    await expect(guarded.load()).rejects.toThrow(/^test\/model describes quite different test images/);
    expect(counts).toEqual({ loads: 2, descriptions: 6 });
  });

  it('looks at a third image before it calls a model blind', async () => {
    let calls = 0;
    const { engine } = engineThat(() => (++calls < 3 ? 'A picture.' : 'Squares.'));
    await guardEngine(engine, plenty).load();
    expect(calls).toBe(3);
  });

  it('asks no questions of an engine that is no language model', async () => {
    const { engine, counts } = engineThat(() => 'Nothing.', { isLanguageModel: false });
    await guardEngine(engine, plenty).load();
    expect(counts).toEqual({ loads: 1, descriptions: 0 });
  });

  it('does not load a model that does not fit, and loads it once it does', async () => {
    let free = 1e9;
    const { engine, counts } = engineThat(lightness, {
      memoryNeed: async () => ({ bytes: 2e9, device: 'cpu' }),
    });
    const guarded = guardEngine(engine, async () => free);
    await expect(guarded.load()).rejects.toMatchObject({ code: 'model-too-large' });
    expect(counts.loads).toBe(0);
    free = 3e9;
    await guarded.load();
    expect(counts.loads).toBe(1);
  });

  it('checks again after it was closed', async () => {
    const { engine, counts } = engineThat(lightness);
    const guarded = guardEngine(engine, plenty);
    await guarded.load();
    await guarded.close();
    await guarded.load();
    expect(counts).toEqual({ loads: 2, descriptions: 4 });
  });
});
