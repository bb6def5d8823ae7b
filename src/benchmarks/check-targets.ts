import { formatAmount } from './format-amount.ts';
import { modelsOf3B, rankContenders } from './rank-contenders.ts';
import type { RunRecord } from './run-record.ts';
import type { MeasureResult, RunScores } from './scores.ts';

type Target = RunScores['targets'][number];
type Outcome = Pick<Target, 'outcome' | 'detail'>;
type ScoredRun = Pick<RunScores, 'contenders' | 'comparisons'>;

const ADJECTIVES = 9;
const LATENCY_MS = 500;
const MEMORY_BYTES = 8e9;
/** What models of a size are ranked by: the project's headline. */
const RANKED_BY = 'supportedPer100Words';

/** The project's targets, each with how it is read. */
const TARGETS: readonly {
  readonly target: string;
  readonly check: (results: Results, name: string, run: ScoredRun, record: RunRecord) => Outcome;
}[] = [
  { target: `at least ${ADJECTIVES} adjectives a description (mean)`, check: checkAdjectives },
  { target: `at most ${LATENCY_MS} ms a description (median)`, check: checkLatency },
  { target: 'less than 8 GB of memory at the peak', check: checkMemory },
  { target: 'better than every other 3B model on supported adjectives per 100 words', check: checkRank },
];

type Results = ScoredRun['contenders'][number]['results'];

/** Holds each contender against the project's targets. What was not measured is neither met nor missed. */
export function checkTargets(run: ScoredRun, record: RunRecord): Target[] {
  return run.contenders.flatMap(({ name, results }) =>
    TARGETS.map(({ target, check }) => ({ contender: name, target, ...check(results, name, run, record) })),
  );
}

function checkAdjectives({ adjectives }: Results): Outcome {
  return check(adjectives, ({ score, interval, count }) => ({
    outcome: score >= ADJECTIVES ? 'met' : 'not met',
    detail: `${score.toFixed(2)}${interval ? ` (95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : ''} on ${count} descriptions.`,
  }));
}

function checkLatency({ describeMsP50, describeMsP95 }: Results): Outcome {
  return check(describeMsP50, ({ score, count }) => ({
    outcome: score <= LATENCY_MS ? 'met' : 'not met',
    detail: `Median ${formatAmount(score, 'ms')}${describeMsP95?.status === 'computed' ? `, 95th percentile ${formatAmount(describeMsP95.score, 'ms')}` : ''} on ${count} descriptions.`,
  }));
}

function checkMemory(
  { peakMemoryBytes }: Results,
  name: string,
  _run: ScoredRun,
  record: RunRecord,
): Outcome {
  return check(peakMemoryBytes, ({ score }) => {
    const card = record.contenders.find(contender => contender.name === name)?.peakGpuMemoryBytes;
    const onCard = card ? `, ${formatAmount(card, 'bytes')} on the graphics card` : '';
    const detail = `${formatAmount(score, 'bytes')} of the process${onCard}.`;
    if (score + (card ?? 0) >= MEMORY_BYTES) return { outcome: 'not met', detail };
    // A model may lie on the card without the process showing it.
    return card === undefined && record.machine.gpu !== null
      ? {
          outcome: 'not measured',
          detail: `${detail} The machine has a graphics card whose memory was not watched.`,
        }
      : { outcome: 'met', detail };
  });
}

function checkRank(_results: Results, name: string, run: ScoredRun, record: RunRecord): Outcome {
  const models = modelsOf3B(record);
  if (!models.has(name))
    return {
      outcome: 'not measured',
      detail: 'It is no model of 2.5 to 3.5 billion parameters, as far as is known.',
    };
  const rank = rankContenders(run, RANKED_BY, other => models.has(other)).find(
    ({ contender }) => contender === name,
  );
  if (!rank) return { outcome: 'not measured', detail: 'No other 3B model was measured on it in this run.' };
  const tied = rank.tiedWith.length > 0 ? ` No difference is shown to ${rank.tiedWith.join(', ')}.` : '';
  return {
    outcome: rank.rank === 1 && rank.tiedWith.length === 0 ? 'met' : 'not met',
    detail: `Rank ${rank.rank} of ${rank.of}.${tied}`,
  };
}

type Computed = Extract<MeasureResult, { status: 'computed' }>;

function check(result: MeasureResult | undefined, judge: (result: Computed) => Outcome): Outcome {
  if (result?.status === 'computed') return judge(result);
  return { outcome: 'not measured', detail: result?.reason ?? 'It was not computed.' };
}
