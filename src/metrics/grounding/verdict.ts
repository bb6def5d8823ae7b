import type { MeasuredRegion, MeasuredThing } from '../../inference/scene/measure-scene.ts';

export type Verdict = 'supported' | 'contradicted' | 'uncheckable';

/** What a check came to. `expected` and `measured` are for people: words and numbers with their units. */
export interface Finding {
  readonly verdict: Verdict;
  /** `colour`, `lightness`, `saturation`, `monochrome`, `size`, `count`, … */
  readonly measure: string;
  readonly expected: string;
  readonly measured: string;
}

/** A thing or region of the scene that a noun may stand for. */
export interface Candidate {
  readonly surface: MeasuredThing | MeasuredRegion;
  /** Whether it is surely what the noun means: if not, it can bear a claim out but not contradict it. */
  readonly certain: boolean;
}

/**
 * The verdict on the candidates for one noun. A claim holds where one of them bears it out, since the text may
 * mean any; it fails where all of them speak against it and one of them is surely what is meant.
 */
export function weigh(
  findings: readonly { readonly finding: Finding; readonly certain: boolean }[],
): Finding | undefined {
  const first = (verdict: Verdict) => findings.find(({ finding }) => finding.verdict === verdict)?.finding;
  const open = first('supported') ?? first('uncheckable');
  if (open) return open;
  const against = findings.find(({ certain }) => certain)?.finding;
  return against ?? (findings[0] && soften(findings[0].finding, false));
}

/** A contradiction by something that may not be what was meant is none. */
export function soften(finding: Finding, certain: boolean): Finding {
  return certain || finding.verdict !== 'contradicted' ? finding : { ...finding, verdict: 'uncheckable' };
}

/** `supported` where the first holds, `contradicted` where the second does, else `uncheckable`. */
export function decide(supports: boolean, contradicts: boolean): Verdict {
  return supports ? 'supported' : contradicts ? 'contradicted' : 'uncheckable';
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}
