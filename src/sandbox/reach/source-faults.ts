import type { SourceName } from '../../reach/reading.ts';

/**
 * - `down`: connections are closed without an answer. `failing`: HTTP status 503.
 * - `limited`: over the rate limit until the fault ends.
 * - `nonsense`: in turn a web page, figures of wrong types, negative figures, and JSON that is cut off.
 * - `restricted`: the figure, or the whole subject, is withheld.
 */
export type FaultKind = 'down' | 'failing' | 'limited' | 'nonsense' | 'restricted';

export interface SourceFaultSpan {
  readonly source: SourceName;
  readonly kind: FaultKind;
  /** From (inclusive) and until (exclusive), in milliseconds of the simulated clock. */
  readonly from: number;
  readonly until: number;
}

/** What goes wrong, and when. Of two at once the first counts. */
export class SourceFaults {
  readonly #spans: SourceFaultSpan[] = [];

  add(span: SourceFaultSpan): void {
    this.#spans.push(span);
  }

  find(source: SourceName, now: number): SourceFaultSpan | undefined {
    return this.#spans.find(span => span.source === source && span.from <= now && now < span.until);
  }
}
