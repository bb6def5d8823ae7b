import { beforeAll, describe, expect, it } from 'vitest';
import { describeScene } from '../../../src/inference/engines/embedded/prose/describe-scene.ts';
import type { Scene } from '../../../src/inference/scene/measure-scene.ts';
import { groundText } from '../../../src/metrics/grounding/ground-text.ts';
import { type DescribedPhotograph, packagedPhotographs } from './described-photographs.ts';
import { judgePhotograph, measurePhotographs } from './judge-photographs.ts';
import { judgeRenderedScenes } from './rendered-scenes.ts';
import { type JudgedClaim, score } from './score.ts';

// Floors a little below what docs/grounding.md reports: a change that makes the metric worse has to say so.

describe('rendered scenes with known truth', () => {
  let claims: JudgedClaim[];
  beforeAll(async () => {
    claims = await judgeRenderedScenes();
  }, 60_000);

  it('contradicts false claims and nearly never a true one', () => {
    const scored = score(claims);
    expect(scored.claims).toBeGreaterThanOrEqual(500);
    expect(scored.contradictedPrecision!).toBeGreaterThanOrEqual(0.98);
    expect(scored.contradictedRecall!).toBeGreaterThanOrEqual(0.75);
    expect(scored.supportedPrecision!).toBeGreaterThanOrEqual(0.97);
    expect(scored.supportedRecall!).toBeGreaterThanOrEqual(0.9);
  });

  it.each([
    ['colour', 0.97, 0.8],
    ['size', 0.99, 0.5],
    ['count', 0.98, 0.65],
    ['position', 0.99, 0.95],
    ['monochrome', 0.97, 0.95],
  ])('%s: precision at least %f, recall at least %f', (kind, precision, recall) => {
    const scored = score(claims.filter(claim => claim.kind === kind));
    expect(scored.contradictedPrecision!).toBeGreaterThanOrEqual(precision);
    expect(scored.contradictedRecall!).toBeGreaterThanOrEqual(recall);
  });

  it('would fail if truth and verdict were unrelated (control)', () => {
    const turned = claims.map((claim, at) => ({ ...claim, true: claims[(at + 7) % claims.length]!.true }));
    expect(score(turned).contradictedPrecision!).toBeLessThan(0.8);
  });
});

describe('toned prints, which have no hue', () => {
  let photographs: DescribedPhotograph[];
  let scenes: Scene[];
  beforeAll(async () => {
    photographs = packagedPhotographs();
    scenes = await measurePhotographs(photographs, null);
  }, 120_000);

  it('contradicts what was made up and nothing that a viewer would say', () => {
    const scored = score(photographs.flatMap((photograph, at) => judgePhotograph(photograph, scenes[at]!)));
    expect(scored.claims).toBeGreaterThanOrEqual(95);
    expect(scored.contradictedPrecision!).toBeGreaterThanOrEqual(0.97);
    expect(scored.contradictedRecall!).toBeGreaterThanOrEqual(0.7);
    expect(scored.supportedPrecision!).toBeGreaterThanOrEqual(0.95);
    expect(scored.supportedRecall!).toBeGreaterThanOrEqual(0.6);
  });

  it("bears out the embedded engine's own words, each by its own measures", () => {
    const pairs = scenes.flatMap((scene, at) =>
      ['0', '1', '2'].flatMap(seed => {
        const { text, evidence } = describeScene(scene, 'vivid', seed.padEnd(64, '0'));
        const analyse = () => ({ adjectives: evidence, words: text.split(' ').length });
        const { pairs } = groundText(text, scene, { analyse, isInterpretive: () => false });
        return pairs.map(pair => ({ at, text, ...pair }));
      }),
    );
    expect(pairs.length).toBeGreaterThan(50);
    expect(pairs.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
    const supported = pairs.filter(({ verdict }) => verdict === 'supported').length;
    expect(supported / pairs.length).toBeGreaterThan(0.85);
  });
});
