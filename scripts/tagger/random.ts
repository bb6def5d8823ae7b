/** Seeded random numbers (xorshift32, Marsaglia, 2003), so that training gives the same weights each time. */
export class RandomSource {
  private state: number;

  /** @param seed any whole number but 0 */
  constructor(seed: number) {
    this.state = Math.imul(seed, 2654435761) >>> 0 || 1;
  }

  /** A number from 0 up to, not including, 1. */
  next(): number {
    let s = this.state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.state = s >>> 0;
    return this.state / 4294967296;
  }

  /** A draw from the standard normal distribution (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next() + 1e-12)) * Math.cos(2 * Math.PI * this.next());
  }

  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
  }
}
