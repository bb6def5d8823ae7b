import { setTimeout as wait } from 'node:timers/promises';
import { type Asked, type Side, WAYS, type Way } from './fault-requests.ts';

/** A fault, and what is to be asked while it strikes. */
export interface Scenario {
  readonly name: string;
  readonly sides: readonly Side[];
  /** All ways unless given. */
  readonly ways?: readonly Way[];
  /** From the first half of the requests to the fault, in milliseconds. */
  readonly afterMs?: number;
  /** Begins the fault. Resolves when the second half of the requests is to be sent. */
  strike(): Promise<void>;
  /** Ends the fault, while the second half is at work. */
  end?(): Promise<void>;
  /** Problems that the platforms note because of the fault itself. */
  readonly expected?: RegExp;
}

export interface Result {
  readonly name: string;
  readonly asked: number;
  readonly described: number;
  readonly told: number;
  /** Neither described nor told. */
  readonly lost: readonly string[];
  /** Answered a second time. */
  readonly doubles: readonly string[];
  /** Where a sign of work was left standing. */
  readonly signs: readonly string[];
  /** From the fault to the first description that was asked for after it began; null where there was none. */
  readonly againMs: number | null;
  readonly problems: readonly string[];
  /** What people were told, each sentence once. */
  readonly sentences: readonly string[];
}

/** Requests of each way on each platform, half of them before the fault. */
export const PER_WAY = 2;
const LIMIT_MS = 60_000;
const POLL_MS = 50;
/** For second answers, and for signs to be taken away. */
const SETTLE_MS = 1500;

/** Plays one scenario. Never takes longer than about a minute after the fault has ended. */
export async function play(
  { name, sides, ways = WAYS, afterMs = 100, strike, end, expected }: Scenario,
  findPicture: () => string,
): Promise<Result> {
  const known = new Map(sides.map(side => [side, side.platform.problems().length]));
  const asked: Asked[] = [];
  const askAll = async (room: number) => {
    for (const way of ways) {
      for (const side of sides) asked.push(await side.ask(way, room, findPicture()));
    }
  };
  await askAll(0);
  await wait(afterMs);
  const struckAt = performance.now();
  await strike();
  const second = asked.length;
  await askAll(1);
  await end?.();
  const deadline = performance.now() + LIMIT_MS;
  while (asked.some(isOpen) && performance.now() < deadline) await wait(POLL_MS);
  await wait(SETTLE_MS);
  for (const side of sides) side.check();
  const aftermath = asked.map(each => each.side.aftermath(each));
  const again = asked.slice(second).flatMap(({ describedAt }) => describedAt ?? []);
  const told = asked.filter(each => each.describedAt === null && each.told !== null);
  return {
    name,
    asked: asked.length,
    described: asked.filter(({ describedAt }) => describedAt !== null).length,
    told: told.length,
    lost: asked.filter(isOpen).map(nameOf),
    doubles: asked.filter((_, index) => aftermath[index]!.doubles > 0).map(nameOf),
    signs: asked.filter((_, index) => aftermath[index]!.signs > 0).map(nameOf),
    againMs: again.length === 0 ? null : Math.min(...again) - struckAt,
    problems: sides
      .flatMap(side =>
        side.platform
          .problems()
          .slice(known.get(side))
          .map(({ where, what }) => `${side.platform.name}: ${where}: ${what}`),
      )
      .filter(problem => !expected?.test(problem)),
    sentences: [...new Set(told.map(each => `${nameOf(each)}: ${each.told}`))],
  };
}

function nameOf({ side, way }: Asked): string {
  return `${side.platform.name} ${way}`;
}

function isOpen({ describedAt, told }: Asked): boolean {
  return describedAt === null && told === null;
}
