import type { Responder } from './bot-port.ts';
import { errorFields } from './explain-error.ts';
import type { Logger } from './logger.ts';
import type { Reply } from './reply.ts';

/** A reply that grows by edits until it is stopped. */
export interface LiveReply {
  /** What it looks like now is asked for when the next edit is due. A failed edit is logged, and the next one tried. */
  changed(): void;
  /**
   * Edits no more. Resolves when none is under way.
   *
   * @returns whether there was an edit
   */
  stop(): Promise<boolean>;
}

/** @param intervalMs the least time between two edits */
export function createLiveReply(
  responder: Responder,
  draw: () => Reply,
  { intervalMs, log }: { readonly intervalMs: number; readonly log: Logger },
): LiveReply {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let isBusy = false;
  let isStale = false;
  let isFinished = false;
  let lastAt = Number.NEGATIVE_INFINITY;

  function plan(): void {
    if (isFinished || isBusy || timer) return;
    timer = setTimeout(edit, Math.max(0, lastAt + intervalMs - performance.now()));
  }

  function edit(): void {
    timer = undefined;
    isBusy = true;
    isStale = false;
    lastAt = performance.now();
    underWay = responder
      .show(draw())
      .catch(error => log.warn(errorFields(error), 'an edit of a growing reply failed'))
      .finally(() => {
        isBusy = false;
        if (isStale) plan();
      });
  }

  async function stop(): Promise<boolean> {
    isFinished = true;
    clearTimeout(timer);
    await underWay;
    return lastAt > Number.NEGATIVE_INFINITY;
  }

  return {
    changed() {
      isStale = true;
      plan();
    },
    stop,
  };
}
