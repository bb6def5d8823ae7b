/**
 * Prints how often the rules of `narrator guidelines` are right on the labelled sentences, and each mistake.
 *
 *   npm run bench:guidelines
 */
import { GUIDELINE_RULES } from '../src/metrics/audio-description/rules.ts';
import { readLabelled, scoreRules } from '../tests/metrics/audio-description/score-rules.ts';

const ratio = (part: number, whole: number) => (whole === 0 ? '' : (part / whole).toFixed(3));

for (const part of ['dev', 'report'] as const) {
  const sentences = readLabelled().filter(sentence => sentence.part === part);
  const scores = scoreRules(sentences);
  const all = { found: 0, right: 0, labelled: 0 };
  const row = (name: string, { found, right, labelled }: typeof all) =>
    process.stdout.write(
      `${name.padEnd(24)}${[labelled, found, right].map(number => String(number).padStart(10)).join('')}${ratio(right, found).padStart(10)}${ratio(right, labelled).padStart(10)}\n`,
    );
  process.stdout.write(
    `${part}: ${sentences.length} sentences\n${'rule'.padEnd(24)}  labelled     found     right precision    recall\n`,
  );
  for (const { id } of GUIDELINE_RULES) {
    const score = scores.get(id)!;
    if (id === 'fits-gap') continue;
    row(id, score);
    all.found += score.found;
    all.right += score.right;
    all.labelled += score.labelled;
  }
  row('all', all);
  for (const { mistakes } of scores.values())
    for (const mistake of mistakes) process.stdout.write(`  ${mistake}\n`);
}
