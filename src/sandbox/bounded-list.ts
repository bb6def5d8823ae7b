/** A list that forgets its oldest entries beyond a limit, so that a sandbox that runs for weeks does not grow. */
export class BoundedList<T> {
  private readonly entries: T[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  push(entry: T): void {
    this.entries.push(entry);
    if (this.entries.length > this.limit) this.entries.shift();
  }

  /** The oldest first. */
  all(): readonly T[] {
    return this.entries;
  }

  remove(isMeant: (entry: T) => boolean): boolean {
    const index = this.entries.findIndex(isMeant);
    if (index >= 0) this.entries.splice(index, 1);
    return index >= 0;
  }
}
