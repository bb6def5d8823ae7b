import { SingleBar } from 'cli-progress';
import type { RunProgress } from '../../benchmarks/run.ts';
import type { Terminal } from '../terminal.ts';

/** How often a log gets a line. */
const LINE_EVERY_MS = 10_000;

export interface BenchProgress {
  show(progress: RunProgress): void;
  stop(): void;
}

/** A bar for each contender where a person looks on; a line now and then where none does. */
export function startBenchProgress({ stderr }: Terminal, now = Date.now): BenchProgress {
  let timed: { contender: string; at: number; done: number } | undefined;
  let lastLine = Number.NEGATIVE_INFINITY;
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };

  /** By the pace of this go: what was stored before took no time now. */
  function timeLeft({ contender, done, total }: RunProgress): string {
    if (timed?.contender !== contender) timed = { contender, at: now(), done };
    const made = done - timed.done;
    return made === 0 ? '' : ` · ${formatSeconds(((now() - timed.at) / made / 1000) * (total - done))} left`;
  }

  return {
    show(progress) {
      const { contender, step, done, total, failed } = progress;
      const failures = failed === 0 ? '' : ` · ${failed} failed`;
      const note =
        step === 'preparing'
          ? ' · loading'
          : step === 'timing'
            ? ' · measuring times'
            : step === 'done'
              ? ''
              : timeLeft(progress);
      if (stderr.isTTY) {
        bar ??= startBar(stderr, contender, total);
        bar.update(done, { note: `${failures}${note}` });
        if (step === 'done') stop();
        return;
      }
      const isSilent = step === 'predicting' || step === 'preparing';
      if (isSilent && now() - lastLine < LINE_EVERY_MS) return;
      lastLine = now();
      stderr.write(`${contender}: ${done} of ${total}${failures}${note}${step === 'done' ? ', done' : ''}\n`);
    },
    stop,
  };
}

function startBar(stderr: Terminal['stderr'], contender: string, total: number): SingleBar {
  const bar = new SingleBar({
    format: '{contender} {bar} {value} of {total}{note}',
    stream: stderr as NodeJS.WritableStream,
    hideCursor: true,
    fps: 5,
  });
  bar.start(total, 0, { contender, note: '' });
  return bar;
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
