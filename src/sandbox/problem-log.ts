import type { Problem } from './pretend-platform.ts';

const MAX_PROBLEMS = 1000;

/** What the real platform would have refused or dropped. The first thousand are kept: the first one tells most. */
export class ProblemLog {
  readonly #problems: Problem[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(where: string, what: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ at: this.#now(), where, what });
  }

  all(): readonly Problem[] {
    return [...this.#problems];
  }
}
