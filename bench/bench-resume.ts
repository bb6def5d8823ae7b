// Kills a benchmark run at random moments, lets it finish, and compares it with one that nobody disturbed.
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { killRun } from '../tests/benchmarks/kill-run.ts';

const KILLS = 20;
const IMAGES = 40;
/** A start takes some seconds: some kills come before the first answer, most after it. */
const LONGEST_START_MS = 4000;
const LONGEST_WORK_MS = 2500;

const folder = await mkdtemp(path.join(tmpdir(), 'bench-resume-'));
console.log(
  `${KILLS} kills of a run over ${IMAGES} images with embedded, an endpoint and a recorded contender, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}\n`,
);
try {
  let kill = 0;
  const report = await killRun({
    folder,
    images: IMAGES,
    kills: KILLS,
    seesImages: true,
    drawMoment: () =>
      Math.random() < 0.3
        ? { ms: Math.random() * LONGEST_START_MS, from: 'start' }
        : { ms: Math.random() * LONGEST_WORK_MS, from: 'first-answer' },
    onKill: ({ ms, from, stored }) =>
      console.log(
        `kill ${++kill}: ${(ms / 1000).toFixed(2)} s after the ${from === 'start' ? 'start' : 'first answer'}, ${stored} of ${3 * IMAGES} stored`,
      ),
  });
  const checks: [string, boolean][] = [
    ['the run is finished', report.record.state === 'finished'],
    [
      `each item is there once (${report.linesOfItems.length} of ${3 * IMAGES})`,
      report.linesOfItems.length === 3 * IMAGES && report.linesOfItems.every(lines => lines === 1),
    ],
    [`nothing that was stored was lost (${report.lost.length})`, report.lost.length === 0],
    [
      `only what was in flight was asked again (${report.askedAgain} of at most ${report.mostAskedAgain} requests)`,
      report.askedAgain <= report.mostAskedAgain,
    ],
    [
      'texts and figures equal those of the undisturbed run',
      isDeepStrictEqual(report.killed, report.undisturbed),
    ],
  ];
  console.log('');
  for (const [what, holds] of checks) console.log(`${holds ? 'yes' : 'NO '}  ${what}`);
  if (!checks.every(([, holds]) => holds)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
