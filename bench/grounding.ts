/**
 * Precision and recall of the grounding metric, on rendered scenes and on described photographs.
 *
 *     npm run bench:grounding [-- --darknet FOLDER] [--scikit FOLDER] [--wrong]
 *
 * `--darknet`: a folder with dog.jpg, eagle.jpg, giraffe.jpg, horses.jpg, kite.jpg and person.jpg of the darknet
 * repository; `--scikit`: one with the images of scikit-image and scikit-learn that are described in
 * tests/metrics/grounding/described-photographs.ts; `--wrong` lists the claims that were judged wrongly.
 */
import { parseArgs } from 'node:util';
import { defaultCacheFolder } from '../src/inference/model-cache.ts';
import {
  type DescribedPhotograph,
  darknetPhotographs,
  packagedPhotographs,
  scikitPhotographs,
} from '../tests/metrics/grounding/described-photographs.ts';
import { judgePhotograph, measurePhotographs } from '../tests/metrics/grounding/judge-photographs.ts';
import { judgeRenderedScenes } from '../tests/metrics/grounding/rendered-scenes.ts';
import { type JudgedClaim, score } from '../tests/metrics/grounding/score.ts';

const { values: options } = parseArgs({
  options: {
    darknet: { type: 'string' },
    scikit: { type: 'string' },
    wrong: { type: 'boolean', default: false },
  },
});

function print(title: string, claims: readonly JudgedClaim[], byKind: boolean): void {
  console.log(`\n${title}`);
  const kinds = byKind ? [...new Set(claims.map(({ kind }) => kind))] : [];
  console.table(
    Object.fromEntries(
      ['all', ...kinds].map(kind => {
        const some = score(kind === 'all' ? claims : claims.filter(claim => claim.kind === kind));
        return [
          kind,
          {
            claims: some.claims,
            false: some.falseClaims,
            'contradicted: precision': percent(some.contradictedPrecision),
            'contradicted: recall': percent(some.contradictedRecall),
            'supported: precision': percent(some.supportedPrecision),
            'supported: recall': percent(some.supportedRecall),
          },
        ];
      }),
    ),
  );
  if (!options.wrong) return;
  for (const claim of claims) {
    if (claim.verdict === (claim.true ? 'contradicted' : 'supported'))
      console.log(`${claim.true ? 'true' : 'false'}, ${claim.verdict}: ${claim.text} (${claim.measured})`);
  }
}

function percent(share: number | null): string {
  return share === null ? 'none' : `${(share * 100).toFixed(1)} %`;
}

async function judgeAll(photographs: readonly DescribedPhotograph[]): Promise<JudgedClaim[]> {
  const scenes = await measurePhotographs(photographs, defaultCacheFolder(process.env));
  return photographs.flatMap((photograph, at) => judgePhotograph(photograph, scenes[at]!));
}

const seeds = await Promise.all([1, 2, 3, 4].map(seed => judgeRenderedScenes(seed)));
print('Rendered scenes (96, from 4 seeds)', seeds.flat(), true);
print('Toned prints in npm packages (6)', await judgeAll(packagedPhotographs()), false);
if (options.darknet) {
  print('Colour photographs of darknet (6)', await judgeAll(darknetPhotographs(options.darknet)), false);
}
if (options.scikit) {
  print(
    'Photographs of scikit-image and scikit-learn (8)',
    await judgeAll(scikitPhotographs(options.scikit)),
    false,
  );
}
