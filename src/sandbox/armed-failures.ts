/** A failure to answer instead of serving a request. */
export interface ArmedFailure {
  readonly status: number;
  readonly retryAfterSeconds: number;
}

const DEFAULT_RETRY_AFTER_S = 1;

/** Failures that were armed by `FaultSwitches.failRequests`, each spent by the requests that it meets. */
export class ArmedFailures {
  #armed: (ArmedFailure & { readonly path: RegExp; left: number })[] = [];

  /** @param times 0 takes back what was armed for the same path */
  arm(path: RegExp, status: number, times: number, retryAfterSeconds = DEFAULT_RETRY_AFTER_S): void {
    if (times === 0) {
      this.#armed = this.#armed.filter(armed => armed.path.source !== path.source);
      return;
    }
    this.#armed.push({ path, status, retryAfterSeconds, left: times });
  }

  /** Takes the failure that is meant for this path, if any: the one armed first. */
  take(path: string): ArmedFailure | null {
    const failure = this.#armed.find(armed => armed.path.test(path));
    if (failure === undefined) return null;
    failure.left--;
    if (failure.left <= 0) this.#armed = this.#armed.filter(armed => armed !== failure);
    return failure;
  }
}
