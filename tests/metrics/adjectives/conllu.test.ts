import { describe, expect, it } from 'vitest';
import { type ConlluSentence, readConllu } from '../../../src/metrics/adjectives/conllu.ts';

async function read(text: string): Promise<ConlluSentence[]> {
  const sentences: ConlluSentence[] = [];
  for await (const sentence of readConllu(text.split('\n'))) sentences.push(sentence);
  return sentences;
}

const word = (id: string, form: string, upos: string, head: string, misc = '_') =>
  [id, form, '_', upos, 'XX', '_', head, 'dep', '_', misc].join('\t');

describe('readConllu', () => {
  it('reads words with their heads, without multiword tokens and empty nodes', async () => {
    const text = [
      '# sent_id = s1',
      "# text = don't go",
      word('1-2', "don't", '_', '_'),
      word('1', 'do', 'AUX', '3'),
      word('2', "n't", 'PART', '3'),
      word('3', 'go', 'VERB', '0', 'SpaceAfter=No'),
      word('3.1', 'gone', 'VERB', '_'),
      '',
      word('1', 'Yes', 'INTJ', '0'),
    ].join('\n');
    const [first, second] = await read(text);
    expect(first).toMatchObject({ id: 's1', text: "don't go" });
    expect(first!.words.map(({ form, upos, head }) => [form, upos, head])).toEqual([
      ['do', 'AUX', 2],
      ["n't", 'PART', 2],
      ['go', 'VERB', -1],
    ]);
    expect(first!.words[2]).toMatchObject({ xpos: 'XX', relation: 'dep', misc: 'SpaceAfter=No' });
    expect(second).toMatchObject({ id: '', text: '', words: [{ form: 'Yes' }] });
  });

  it('names the line that is not CoNLL-U', async () => {
    await expect(read(`${word('1', 'a', 'DET', '0')}\nplain`)).rejects.toThrow(/line 2/);
  });
});
