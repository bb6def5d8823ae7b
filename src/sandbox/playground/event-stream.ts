import type { SSEStreamingApi } from 'hono/streaming';
import type { PlatformEvent, PlatformSnapshot, PretendPlatform, Problem } from '../pretend-platform.ts';

/** What one page is told, a line of JSON for each. */
type PageEvent =
  /** The first, after each connection: from here on the events count. */
  | {
      readonly type: 'state';
      readonly platforms: readonly (PlatformSnapshot & {
        readonly name: PretendPlatform['name'];
        readonly personId: string;
        readonly hasHome: boolean;
      })[];
      readonly problems: readonly ShownProblem[];
    }
  | { readonly type: 'platform'; readonly name: PretendPlatform['name']; readonly event: PlatformEvent }
  | { readonly type: 'problems'; readonly problems: readonly ShownProblem[] };

type ShownProblem = Problem & { readonly platform: PretendPlatform['name'] };

/** A page that falls so far behind is cut off: it connects again and gets the state afresh. */
const MAX_WAITING = 500;
const HEARTBEAT_MS = 10_000;
/** How soon a page connects again after a break. */
const RETRY_MS = 500;
/** The most problems that a page is shown. */
const MAX_PROBLEMS = 100;

function problemsOf(platforms: readonly PretendPlatform[]): ShownProblem[] {
  return platforms
    .flatMap(platform => platform.problems().map(problem => ({ ...problem, platform: platform.name })))
    .sort((a, b) => a.at - b.at)
    .slice(0, MAX_PROBLEMS);
}

/**
 * Tells a page all that the given persons see, from a state of everything on, until the page goes or `signal` is
 * aborted.
 *
 * @param personOf whose eyes the page sees a platform with
 */
export async function streamEvents(
  stream: SSEStreamingApi,
  platforms: readonly PretendPlatform[],
  personOf: (platform: PretendPlatform) => string,
  signal: AbortSignal,
): Promise<void> {
  const waiting: PageEvent[] = [];
  let isOver = signal.aborted;
  let wake = () => {};
  let problemsTold = 0;
  const end = () => {
    isOver = true;
    wake();
  };
  const push = (event: PageEvent) => {
    if (waiting.length >= MAX_WAITING) return end();
    waiting.push(event);
    wake();
  };
  // First the subscriptions, in the same turn as the snapshots: nothing falls between them.
  const unsubscribe = platforms.map(platform =>
    platform.subscribe(personOf(platform), event => push({ type: 'platform', name: platform.name, event })),
  );
  const problems = problemsOf(platforms);
  problemsTold = problems.length;
  push({
    type: 'state',
    platforms: platforms.map(platform => ({
      ...platform.snapshot(personOf(platform)),
      name: platform.name,
      personId: personOf(platform),
      hasHome: platform.openHome !== undefined,
    })),
    problems,
  });
  stream.onAbort(end);
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!isOver) {
      for (let event = waiting.shift(); event && !isOver; event = waiting.shift()) {
        await stream.writeSSE({ data: JSON.stringify(event), retry: RETRY_MS });
      }
      const now = problemsOf(platforms);
      if (now.length !== problemsTold) {
        problemsTold = now.length;
        await stream.writeSSE({ data: JSON.stringify({ type: 'problems', problems: now }) });
      }
      if (waiting.length > 0 || isOver) continue;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      wake = () => resolve(true);
      const timer = setTimeout(() => resolve(false), HEARTBEAT_MS);
      const isAwake = await promise;
      clearTimeout(timer);
      // A line that says nothing: it finds out that nobody reads any more.
      if (!isAwake && !isOver) await stream.write(': still here\n\n');
    }
  } finally {
    signal.removeEventListener('abort', end);
    for (const stop of unsubscribe) stop();
  }
}
