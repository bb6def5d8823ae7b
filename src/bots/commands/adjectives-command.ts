import { isInterpretive } from '../../metrics/adjectives/interpretive.ts';
import { measureAdjectives } from '../../metrics/adjectives/measure.ts';
import type { CommandCall } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import type { Context } from './context.ts';
import { legendOf, type MarkedAdjective, spansOf } from './described-image.ts';
import { textOption } from './read-options.ts';
import { counted } from './shown-text.ts';

const MAX_CHARS = 4000;
/** The marked text has signs added, and a legend beside it. */
const MAX_SHOWN_CHARS = 2000;
const MAX_LISTED = 60;

/** `adjectives`: those of a text, marked and counted. There is no picture to check them against. */
export async function adjectivesCommand(_context: Context, call: CommandCall): Promise<void> {
  const text = textOption(call.options, 'text', MAX_CHARS);
  if (text === undefined) throw new BotError('bad-option', 'Give a text whose adjectives are to be found.');
  const { adjectives, words, per100Words, perNoun } = measureAdjectives(text);
  const marked = adjectives.map(
    ({ word, noun, start, end }): MarkedAdjective => ({
      word,
      noun,
      start,
      end,
      mark: isInterpretive(word) ? 'interpretive' : 'uncheckable',
    }),
  );
  const shown = text.slice(0, MAX_SHOWN_CHARS);
  const listed = marked.slice(0, MAX_LISTED);
  const more = marked.length - listed.length;
  const figures = [
    `${counted(marked.length, 'adjective')} in ${counted(words, 'word')}`,
    ...(per100Words === null ? [] : [`${per100Words.toFixed(1)} per 100 words`]),
    ...(perNoun === null ? [] : [`${perNoun.toFixed(2)} per noun`]),
  ];
  await call.responder.show({
    isPrivate: true,
    blocks: [
      { type: 'heading', text: 'Adjectives' },
      {
        type: 'marked',
        spans: spansOf(
          shown,
          marked.filter(({ end }) => end <= shown.length),
        ),
      },
      {
        type: 'text',
        text: legendOf(listed, { uncheckable: 'Describes', interpretive: 'Judges rather than describes' }),
      },
      { type: 'note', text: figures.join(' · ') },
      ...(more > 0
        ? [{ type: 'note' as const, text: `${counted(more, 'more adjective')} not listed.` }]
        : []),
      ...(shown.length < text.length
        ? [{ type: 'note' as const, text: 'All of the text was counted; its beginning is shown.' }]
        : []),
    ],
    actions: [],
  });
}
