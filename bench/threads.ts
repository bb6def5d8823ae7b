/**
 * Posts 500 threads to the sandbox's X while it, and the processes that post, fail at random places, and says what stood in
 * the end. `npm run bench:threads [trials] [seed]`
 */
import { playTrials, type Trial } from '../tests/launch/outbox/play-trials.ts';

const trials = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? 1);
const began = performance.now();

const played = await playTrials({
  ...{ trials, seed, killEvery: 5, atATime: 6 },
  onTrial({ number, faults, wrongs, duplicates }) {
    if (wrongs.length === 0 && duplicates === 0) return;
    const armed = faults.map(({ step, kind, after }) => `${step} ${kind} at ${after + 1}`).join(', ');
    console.log(`trial ${number} (${armed}): ${duplicates} duplicates; ${wrongs.join('; ')}`);
  },
});

const sum = (count: (trial: Trial) => number) => played.reduce((total, trial) => total + count(trial), 0);
const of = (outcome: Trial['outcome']) => played.filter(trial => trial.outcome === outcome);
const lost = played.filter(({ wrongs }) => wrongs.length > 0);
const duplicates = sum(trial => trial.duplicates);
console.log(
  `${trials} threads of ${sum(trial => trial.parts)} parts, seed ${seed}, ${((performance.now() - began) / 1000).toFixed(0)} s:
  ${sum(trial => trial.faults.length)} faults armed, ${sum(trial => trial.kills)} processes killed, ${played.filter(({ lagMs }) => lagMs > 0).length} with a timeline that lags
  ${of('complete').length} complete by themselves
  ${of('stopped').length} stopped and asked a person, of which ${of('stopped').filter(({ wrongs }) => wrongs.length === 0).length} were complete after a person let them go on
  ${played.filter(({ refused }) => refused > 0).length} in which X refused a second post of a text
  ${lost.length} not as they should be
  duplicates = ${duplicates}`,
);
const kinds = Map.groupBy(of('stopped'), ({ reason }) => (reason ?? '').replaceAll(/\d+/g, 'N').slice(0, 60));
for (const [reason, { length }] of [...kinds].sort(([, a], [, b]) => b.length - a.length)) {
  console.log(`    ${String(length).padStart(4)} stopped: ${reason}…`);
}
if (lost.length > 0 || duplicates > 0) process.exitCode = 1;
