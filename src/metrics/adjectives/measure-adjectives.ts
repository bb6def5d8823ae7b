export interface AdjectiveFigures {
  adjectives: { word: string; start: number; end: number; noun: string | null }[];
  adjectiveCount: number;
  distinct: number;
  words: number;
  per100Words: number | null;
  perNoun: number | null;
  interpretive: number;
}
export function measureAdjectives(text: string): AdjectiveFigures {
  const words = text.split(/\s+/).length;
  return {
    adjectives: [],
    adjectiveCount: 0,
    distinct: 0,
    words,
    per100Words: 0,
    perNoun: null,
    interpretive: 0,
  };
}
