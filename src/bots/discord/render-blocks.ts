import { cutAtSentenceEnd, cutAtWordEnd } from '../../inference/cut-text.ts';
import type { AdjectiveMark, Block, MarkedSpan } from '../commands/reply.ts';
import { cleanLine, cleanText, codeBlock, escapeMarkdown } from './escape-text.ts';

/** A part of a message in Discord's Markdown, and how it can be made to fit. */
export interface Passage {
  readonly whole: string;
  /** At most `room` UTF-16 code units; empty where nothing of it fits. */
  cutTo(room: number): string;
}

/** By kind, for the eye; in words, the commands say the kinds themselves. */
const MARK_SIGNS: Readonly<Record<AdjectiveMark, string>> = {
  supported: '**',
  contradicted: '~~',
  uncheckable: '__',
  interpretive: '*',
};

/** Pictures make no passage: they are files. */
export function renderBlock(block: Exclude<Block, { type: 'picture' }>): Passage[] {
  switch (block.type) {
    case 'heading':
      return passageOf(cleanLine(block.text), text => `**${escapeMarkdown(text)}**`, cutAtWordEnd);
    case 'text':
      return passageOf(cleanText(block.text), escapeMarkdown, cutAtSentenceEnd);
    case 'note':
      return passageOf(
        cleanText(block.text).replace(/\n+/g, '\n'),
        text => escapeMarkdown(text).replace(/^/gm, '-# '),
        cutAtSentenceEnd,
      );
    case 'copy':
      return passageOf(cleanText(block.text), codeBlock, cutAtSentenceEnd);
    case 'facts':
      return block.facts.flatMap(({ name, value }) =>
        passageOf(
          cleanLine(value),
          text => `**${escapeMarkdown(cleanLine(name))}**: ${escapeMarkdown(text)}`,
          cutAtWordEnd,
        ),
      );
    case 'marked':
      return renderMarked(block.spans);
  }
}

function passageOf(
  text: string,
  render: (text: string) => string,
  cut: (text: string, maxChars: number) => string,
): Passage[] {
  if (text === '') return [];
  const whole = render(text);
  return [
    {
      whole,
      cutTo(room) {
        if (whole.length <= room) return whole;
        // Escaping lengthens a text by what is in it: shortened in proportion until it fits.
        let length = Math.min(text.length, room);
        while (length > 0) {
          const rendered = render(cut(text, length));
          if (rendered.length <= room) return rendered;
          length = Math.min(length - 1, Math.floor((length * room) / rendered.length));
        }
        return '';
      },
    },
  ];
}

function renderMarked(spans: readonly MarkedSpan[]): Passage[] {
  const pieces: string[] = [];
  let endsMarked = false;
  for (const { text, mark } of cleanSpans(spans)) {
    const clean = cleanLine(text);
    if (mark === null || clean === '') {
      pieces.push(escapeMarkdown(text));
      endsMarked &&= text === '';
      continue;
    }
    const sign = MARK_SIGNS[mark];
    // Two marks that touch would be read as other marks.
    pieces.push(`${endsMarked ? ' ' : ''}${sign}${escapeMarkdown(clean)}${sign}`);
    endsMarked = true;
  }
  const whole = pieces.join('').trim();
  return whole === ''
    ? []
    : [{ whole, cutTo: room => (whole.length <= room ? whole : cutPieces(pieces, room)) }];
}

/** Cleaned span by span, but with the blanks and line ends between them; unmarked neighbours become one. */
function cleanSpans(spans: readonly MarkedSpan[]): MarkedSpan[] {
  const joined: { text: string; mark: AdjectiveMark | null }[] = [];
  for (const { text, mark } of spans) {
    const last = joined.at(-1);
    if (last && mark === null && last.mark === null) last.text += text;
    else joined.push({ text, mark });
  }
  return joined.map(({ text, mark }) => {
    const clean = cleanText(text);
    if (mark !== null) return { text: clean, mark };
    if (clean === '') return { text: blankOf(text), mark };
    const before = text.slice(0, text.length - text.trimStart().length);
    const after = text.slice(text.trimEnd().length);
    return { text: `${blankOf(before)}${clean}${blankOf(after)}`, mark };
  });
}

function blankOf(blanks: string): string {
  if (/\n/.test(blanks)) return '\n';
  return /\s/u.test(blanks) ? ' ' : '';
}

function cutPieces(pieces: readonly string[], room: number): string {
  let text = '';
  for (const piece of pieces) {
    if (text.length + piece.length > room - 1) return text === '' ? '' : `${text}…`;
    text += piece;
  }
  return text;
}
