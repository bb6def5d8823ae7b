import type { RunRecord } from '../run-record.ts';

/** "Run 2026-11-25-samples-1a2b3c, 9 images, commit c81d3ca". */
export function sourceLine({ id, commit, isDirty, dataset }: RunRecord): string {
  const code = commit === null ? '' : `, commit ${commit.slice(0, 7)}${isDirty ? ' with changes' : ''}`;
  return `Run ${id}, ${dataset.sampled.toLocaleString('en')} images${code}`;
}

/** What has to be known of the contenders: "embedded: …". */
export function remarksOf({ contenders }: RunRecord): string[] {
  return contenders.flatMap(
    ({ name, identity }) => identity?.remarks.map(remark => `${name}: ${remark}`) ?? [],
  );
}
