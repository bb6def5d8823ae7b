const WIDTH = 9;

/** Ids in Slack's form: a letter for the kind, then capitals and digits. Never the same twice in one sandbox. */
export class SlackIds {
  private last = 0;

  /** @param prefix `U`, `C`, `D`, `F`, `V`, … */
  next(prefix: string): string {
    this.last += 1;
    return `${prefix}0${this.last.toString(36).toUpperCase().padStart(WIDTH, '0')}`;
  }
}

/** Slack's `ts`: seconds and microseconds, which is also the id of a message. Here unique in the whole workspace. */
export class MessageClock {
  private readonly now: () => number;
  private lastMicroseconds = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  next(): string {
    this.lastMicroseconds = Math.max(this.lastMicroseconds + 1, Math.floor(this.now()) * 1000);
    const seconds = Math.floor(this.lastMicroseconds / 1e6);
    return `${seconds}.${String(this.lastMicroseconds % 1e6).padStart(6, '0')}`;
  }
}
