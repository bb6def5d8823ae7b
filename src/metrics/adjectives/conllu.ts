/** One word of a treebank: a syntactic word, not the multiword token that it may be written inside of. */
export interface ConlluWord {
  readonly form: string;
  readonly upos: string;
  readonly xpos: string;
  /** The position (from 0) of the word that it depends on; -1 for the root. */
  readonly head: number;
  readonly relation: string;
  readonly misc: string;
}

export interface ConlluSentence {
  readonly id: string;
  /** The raw text (`# text =`), empty where the file has none. */
  readonly text: string;
  readonly words: ConlluWord[];
}

/**
 * Reads sentences from lines of CoNLL-U (Universal Dependencies, "CoNLL-U format", v2). Multiword token ranges
 * and empty nodes are left out, since neither has a part of speech of its own.
 *
 * @param lines the file's lines, without line ends
 * @returns one sentence at a time, so that a file of any length is read in bounded memory
 * @throws RangeError at a word line with fewer than ten columns, naming the line
 */
export async function* readConllu(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<ConlluSentence> {
  let id = '';
  let text = '';
  let words: ConlluWord[] = [];
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') {
      if (words.length > 0) yield { id, text, words };
      id = '';
      text = '';
      words = [];
    } else if (line.startsWith('#')) {
      if (line.startsWith('# text = ')) text = line.slice(9);
      else if (line.startsWith('# sent_id = ')) id = line.slice(12);
    } else {
      const columns = line.split('\t');
      if (columns.length < 10)
        throw new RangeError(`line ${number} is not CoNLL-U: it has ${columns.length} columns, not 10`);
      if (!/^\d+$/.test(columns[0]!)) continue;
      words.push({
        form: columns[1]!,
        upos: columns[3]!,
        xpos: columns[4]!,
        head: Number(columns[6]) - 1,
        relation: columns[7]!,
        misc: columns[9]!,
      });
    }
  }
  if (words.length > 0) yield { id, text, words };
}
