/** The steps of posting, as the requests for them come in. */
export const X_STEPS = ['me', 'timeline', 'initialize', 'append', 'finalize', 'metadata', 'send'] as const;
export type XStep = (typeof X_STEPS)[number];

/**
 * - `before`: the connection is closed, and nothing was done. `after`: it was done, and there is no answer.
 * - `cut`: it was done, and the answer ends half way.
 * - `failing`: HTTP status 503, and nothing was done. `failing-after`: it was done all the same.
 * - `late`: it is done when the client has long given up.
 * - `limited`: over a limit, for a second.
 * - `duplicate`: 403, as for a text that is there already.
 * - `refused`: 400. `unauthorised`: 401. `forbidden`: 403 for another reason.
 */
export type XFaultKind =
  | 'before'
  | 'after'
  | 'cut'
  | 'failing'
  | 'failing-after'
  | 'late'
  | 'limited'
  | 'duplicate'
  | 'refused'
  | 'unauthorised'
  | 'forbidden';

/** What is to go wrong: each armed fault is spent by the requests that it meets, the one armed first before the others. */
export class XFaults {
  /** How long a post takes to come into the timeline. */
  timelineLagMs = 0;
  /** How long `late` waits before it does what was asked for. */
  lateMs = 1000;
  #armed: { readonly step: XStep; readonly kind: XFaultKind; readonly after: number; left: number }[] = [];
  readonly #seen = new Map<XStep, number>();

  /** @param after requests of the step that are served before, counted from now */
  arm(step: XStep, kind: XFaultKind, { times = 1, after = 0 } = {}): void {
    this.#armed.push({ step, kind, after: after + (this.#seen.get(step) ?? 0), left: times });
  }

  take(step: XStep): XFaultKind | null {
    const seen = this.#seen.get(step) ?? 0;
    this.#seen.set(step, seen + 1);
    const fault = this.#armed.find(armed => armed.step === step && armed.after <= seen);
    if (fault === undefined) return null;
    fault.left--;
    if (fault.left <= 0) this.#armed = this.#armed.filter(armed => armed !== fault);
    return fault.kind;
  }
}
