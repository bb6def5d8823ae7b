import { SingleBar } from 'cli-progress';
import { formatBytes } from '../inference/memory.ts';
import type { PullProgress } from '../inference/models/pull-model.ts';
import type { Terminal } from './terminal.ts';

/** A rate over less than this jumps about. */
const RATE_WINDOW_MS = 5000;
/** How often a log gets a line. */
const LINE_EVERY_MS = 10_000;

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}

export interface PullDisplay {
  show(progress: PullProgress): void;
  stop(): void;
}

/** Shows a download: a bar with rate and time left where a person looks on, a line now and then where none does. */
export function startPullDisplay({ stderr }: Terminal, model: string, now = Date.now): PullDisplay {
  const samples: { at: number; bytes: number }[] = [];
  const measure = ({ doneBytes, totalBytes }: PullProgress) => {
    const at = now();
    samples.push({ at, bytes: doneBytes });
    while (samples.length > 2 && at - samples[1]!.at > RATE_WINDOW_MS) samples.shift();
    const { at: since, bytes } = samples[0]!;
    const perSecond = at > since ? ((doneBytes - bytes) / (at - since)) * 1000 : 0;
    return {
      done: formatBytes(doneBytes),
      all: formatBytes(totalBytes),
      rate: perSecond > 0 ? `${formatBytes(perSecond)}/s` : '…',
      left: perSecond > 0 ? `${formatSeconds((totalBytes - doneBytes) / perSecond)} left` : '…',
    };
  };
  return stderr.isTTY ? startBar(stderr, model, measure) : startLines(stderr, model, measure, now);
}

type Measure = (progress: PullProgress) => Record<'done' | 'all' | 'rate' | 'left', string>;

function startBar(stderr: Terminal['stderr'], model: string, measure: Measure): PullDisplay {
  const bar = new SingleBar({
    format: `${model} {bar} {percentage} % · {done} of {all} · {rate} · {left}`,
    stream: stderr as NodeJS.WritableStream,
    hideCursor: true,
    fps: 5,
  });
  let state: 'waiting' | 'running' | 'finished' = 'waiting';
  const stop = () => {
    if (state === 'running') bar.stop();
    state = 'finished';
  };
  return {
    show(progress) {
      if (state === 'finished') return;
      const shown = measure(progress);
      if (state === 'running') bar.update(progress.doneBytes, shown);
      else bar.start(progress.totalBytes, progress.doneBytes, shown);
      state = 'running';
      // It would draw over what is printed next.
      if (progress.doneBytes === progress.totalBytes) stop();
    },
    stop,
  };
}

function startLines(
  stderr: Terminal['stderr'],
  model: string,
  measure: Measure,
  now: () => number,
): PullDisplay {
  let last = Number.NEGATIVE_INFINITY;
  let finished = false;
  return {
    show(progress) {
      const { done, all, rate, left } = measure(progress);
      const isEnd = progress.doneBytes === progress.totalBytes;
      if (finished || (!isEnd && now() - last < LINE_EVERY_MS)) return;
      last = now();
      finished = isEnd;
      stderr.write(isEnd ? `${model}: ${all}, done\n` : `${model}: ${done} of ${all}, ${rate}, ${left}\n`);
    },
    stop() {},
  };
}
