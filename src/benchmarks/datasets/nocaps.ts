import { basename } from 'node:path';
import { readCoco } from './coco.ts';
import type { LoadDataset } from './dataset-source.ts';
import { requireOwnSplit } from './splits.ts';

const DOMAINS: readonly string[] = ['in-domain', 'near-domain', 'out-domain'];

/** NoCaps (Agrawal et al. 2019): COCO's form, with a domain for each image. */
export const loadNocaps: LoadDataset = async (source, staged) => {
  let withDomain = 0;
  let without = 0;
  await readCoco(source, staged, ({ domain }, place) => {
    if (domain === undefined || domain === null) {
      without++;
      return null;
    }
    withDomain++;
    if (!DOMAINS.includes(domain))
      staged.reject(place, `domain ${JSON.stringify(domain)} is none of ${DOMAINS.join(', ')}`);
    return domain;
  });
  const file = basename(source.path);
  const split = /val/i.test(file) ? 'validation' : /test/i.test(file) ? 'test' : 'all';
  requireOwnSplit(source, split);
  return {
    name: split === 'all' ? 'NoCaps' : `NoCaps ${split}`,
    split,
    task: 'caption',
    remarks: describeDomains(withDomain, without),
  };
};

function describeDomains(withDomain: number, without: number): string[] {
  if (without === 0) return [];
  if (withDomain === 0)
    return ['This copy of NoCaps names no domains: scores by domain need the original file.'];
  return [
    `${without.toLocaleString('en')} of ${(withDomain + without).toLocaleString('en')} images of this copy of NoCaps have no domain, and are in the scores of none.`,
  ];
}
