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

const RANK: readonly Verdict[] = ['supported', 'uncheckable', 'contradicted'];

/**
 * The verdict on several candidates for one noun: a claim holds where one of them bears it out, and fails only
 * where all of them speak against it, since the text may mean any.
 */
export function kindest(findings: readonly (Finding | undefined)[]): Finding | undefined {
  const present = findings.filter(finding => finding !== undefined);
  return present.sort((one, other) => RANK.indexOf(one.verdict) - RANK.indexOf(other.verdict))[0];
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
