import { createSceneMeasurer } from '../../../src/inference/engines/embedded/measure-image.ts';
import { loadImage } from '../../../src/inference/image/load-image.ts';
import type { Scene } from '../../../src/inference/scene/measure-scene.ts';
import { groundText } from '../../../src/metrics/grounding/ground-text.ts';
import type { DescribedPhotograph } from './described-photographs.ts';
import { analyseMarked, readMarks } from './marked-text.ts';
import type { JudgedClaim } from './score.ts';

/** Measures photographs with the real detector. */
export async function measurePhotographs(
  photographs: readonly DescribedPhotograph[],
  cacheFolder: string | null,
): Promise<Scene[]> {
  const measurer = createSceneMeasurer({ cacheFolder, threads: 1 });
  try {
    const scenes: Scene[] = [];
    for (const { file } of photographs) {
      scenes.push(await measurer.measure(await loadImage(file)));
    }
    return scenes;
  } finally {
    await measurer.close();
  }
}

/** What the metric says of each marked claim about a photograph. */
export function judgePhotograph(photograph: DescribedPhotograph, scene: Scene): JudgedClaim[] {
  return [photograph.true, photograph.false].flatMap(marked => {
    const text = readMarks(marked);
    const { pairs } = groundText(text.text, scene, {
      analyse: analyseMarked(text),
      isInterpretive: () => false,
    });
    return [...text.truth].map(([start, truth]) => {
      const pair = pairs.find(one => one.start === start);
      const word = /^[\w-]+/.exec(text.text.slice(start))![0];
      return {
        kind: pair?.measure ?? 'other',
        text: `${word} ${pair?.noun ?? ''} (${photograph.file.split('/').at(-1) === 'image.jpg' ? photograph.file.split('/').at(-3) : photograph.file.split('/').at(-1)})`,
        word,
        true: truth,
        // A number of things that the scene has none of makes no pair: nothing is said of it.
        verdict: pair?.verdict ?? 'uncheckable',
        measured: pair?.measured ?? null,
      };
    });
  });
}
