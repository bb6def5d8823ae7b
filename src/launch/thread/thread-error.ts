import { NarratorError } from '../../errors.ts';

/** A thread cannot be as it was wished: its message is a list of everything that is in the way. */
export class ThreadError extends NarratorError {
  readonly faults: readonly string[];

  /**
   * @param code `thread-template`, `thread-draft`, `thread-edit`
   * @param lead what cannot be, without a full stop
   */
  constructor(code: string, lead: string, faults: readonly string[]) {
    super(code, `${lead}:\n${faults.map(fault => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}
