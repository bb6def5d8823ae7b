import type { Verdict } from '../../../src/metrics/grounding/verdict.ts';

/** A claim with what is known of it and what was found. */
export interface JudgedClaim {
  /** The kind of claim: `colour`, `size`, … */
  readonly kind: string;
  readonly text: string;
  readonly word: string;
  readonly true: boolean;
  readonly verdict: Verdict;
  readonly measured: string | null;
}

export interface Score {
  readonly claims: number;
  readonly falseClaims: number;
  readonly contradicted: number;
  readonly supported: number;
  /** Of the contradicted claims, those that are false; of the false ones, those contradicted. Null for none. */
  readonly contradictedPrecision: number | null;
  readonly contradictedRecall: number | null;
  /** Of the supported claims, those that are true; of the true ones, those supported. */
  readonly supportedPrecision: number | null;
  readonly supportedRecall: number | null;
}

export function score(claims: readonly JudgedClaim[]): Score {
  const count = (verdict: Verdict, truth: boolean) =>
    claims.filter(claim => claim.verdict === verdict && claim.true === truth).length;
  const share = (part: number, of: number) => (of === 0 ? null : part / of);
  const contradicted = claims.filter(({ verdict }) => verdict === 'contradicted').length;
  const supported = claims.filter(({ verdict }) => verdict === 'supported').length;
  const falseClaims = claims.filter(claim => !claim.true).length;
  return {
    claims: claims.length,
    falseClaims,
    contradicted,
    supported,
    contradictedPrecision: share(count('contradicted', false), contradicted),
    contradictedRecall: share(count('contradicted', false), falseClaims),
    supportedPrecision: share(count('supported', true), supported),
    supportedRecall: share(count('supported', true), claims.length - falseClaims),
  };
}
