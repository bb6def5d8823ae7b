import { loadTagger } from '../adjectives/load.ts';
import { TAGS, type Tag } from '../adjectives/tags.ts';
import { findSentenceStarts, tokenize } from '../adjectives/tokenize.ts';

/** A word of a sentence with its part of speech. */
export interface TaggedWord {
  /** As written, and in lower case. */
  readonly text: string;
  readonly lower: string;
  readonly tag: Tag;
  /** `text.slice(start, end)` of the whole text (UTF-16 units). */
  readonly start: number;
  readonly end: number;
}

/** Splits an English text into sentences of tagged words, punctuation included. Linear time; never throws on a text. */
export function tagSentences(text: string): TaggedWord[][] {
  const tokens = tokenize(text);
  const forms = tokens.map(token => token.text);
  const tags = new Uint8Array(tokens.length);
  const starts = findSentenceStarts(text, tokens);
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? tokens.length;
    loadTagger().tagInto(forms, from, to, tags);
    return tokens.slice(from, to).map(({ text: form, start, end }, k) => ({
      text: form,
      lower: form.toLowerCase().replaceAll('’', "'"),
      tag: TAGS[tags[from + k]!]!,
      start,
      end,
    }));
  });
}
