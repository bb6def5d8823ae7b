/** A clock that stands still until it is moved. */
export class SimulatedClock {
  #now: number;

  /** @param start milliseconds since the epoch */
  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  advance(ms: number): void {
    this.#now += ms;
  }
}
