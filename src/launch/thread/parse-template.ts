import { findComparisons } from './find-comparisons.ts';
import { findUnsourced } from './find-figures.ts';
import { ThreadError } from './thread-error.ts';

/** The text of a thread with references in the place of numbers (docs/launch.md). */
export interface ThreadTemplate {
  readonly parts: readonly TemplatePart[];
}

export interface TemplatePart {
  readonly lines: readonly TemplateLine[];
  /** Where the part's number ("2/5") stands, and what is between it and the text; null where there is none. */
  readonly number: { readonly at: 'start' | 'end'; readonly gap: string } | null;
}

export interface TemplateLine {
  /** In the file, from 1. */
  readonly line: number;
  /** Left out where a reference has no value (`?`). */
  readonly isOptional: boolean;
  /** Once for each contender (`*`). */
  readonly isRepeated: boolean;
  /** Literal text and references by turns: literals at even places. */
  readonly pieces: readonly string[];
  /** Of an optional line: what stands there instead, the same way; null: nothing. */
  readonly otherwise: readonly string[] | null;
}

const MAX_CHARS = 20_000;
const REFERENCE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const NUMBER = 'part';
/** Stands for a reference where literal text is looked at. */
const HOLE = '\uFFFC';

/** What would change the number beside it: "1{{…}}", "-{{…}}", "{{…}}k". */
const TOUCHING = new RegExp(
  `(?:[\\p{L}\\p{N}.,%‰^*×\\-−–+\\p{Sc}]|[~≈<>≤≥±]\\s?)${HOLE}|${HOLE}(?:[\\p{L}\\p{N}%‰^*×/${HOLE}]|[.,:]\\p{N})`,
  'u',
);

/**
 * @param text the file's content
 * @throws ThreadError `thread-template` with all faults at once, each with its line
 */
export function parseTemplate(text: string): ThreadTemplate {
  if (text.length > MAX_CHARS) throw fault([`It has ${text.length} characters; ${MAX_CHARS} are the most.`]);
  const faults: string[] = [];
  const parts: TemplatePart[] = [];
  let lines: TemplateLine[] = [];
  const endPart = () => {
    const part = takeNumber(trimBlankLines(lines), faults);
    if (part.lines.length > 0) parts.push(part);
    lines = [];
  };
  text.split(/\r?\n/).forEach((content, index) => {
    if (content.startsWith('//')) return;
    if (content.trim() === '---') endPart();
    else lines.push(parseLine(content, index + 1, faults));
  });
  endPart();
  if (parts.length === 0) faults.push('It holds no text.');
  if (faults.length > 0) throw fault(faults);
  return { parts };
}

function parseLine(content: string, line: number, faults: string[]): TemplateLine {
  const [, marks, text] = /^([?*]{0,2})\s*(.*)$/s.exec(content)!;
  const [isOptional, isRepeated] = [marks!.includes('?'), marks!.includes('*')];
  const choices = text!.trimEnd().split(/\s*\|\|\s*/);
  const [pieces, otherwise = null] = choices.map(choice => choice.split(REFERENCE));
  if (choices.length > (isOptional ? 2 : 1)) {
    faults.push(
      `Line ${line} has “||” ${isOptional ? 'more than once' : 'but does not begin with “?”'}: “? this || that” says that where this has no value.`,
    );
  }
  if (choices.some(choice => /\{\{|\}\}/.test(choice.replace(REFERENCE, HOLE)))) {
    faults.push(
      `Line ${line} has “{{” or “}}” that closes or opens nothing: a reference looks like {{run.images}}.`,
    );
  }
  const references = choices.flatMap(choice => choice.split(REFERENCE).filter((_, index) => index % 2 === 1));
  const isOfEach = references.some(name => name === 'contender' || /\.\*(?:\.|$)/.test(name));
  if (isRepeated && !isOfEach) {
    faults.push(
      `Line ${line} begins with “*” and so is there for each contender, but nothing in it is the contender's: use {{contender}} or {{run.*.<measure>}}.`,
    );
  }
  if (!isRepeated && isOfEach) {
    faults.push(`Line ${line} names a contender of many: begin it with “*”, and it is there for each one.`);
  }
  if (references.some(isChart) && (otherwise || pieces!.join('') !== references[0])) {
    faults.push(`Line ${line} should hold the chart alone: it is attached, not written.`);
  }
  return { line, isOptional, isRepeated, pieces: pieces!, otherwise };
}

export function isChart(reference: string): boolean {
  return reference.startsWith('chart.');
}

function trimBlankLines(lines: readonly TemplateLine[]): TemplateLine[] {
  const isText = ({ pieces }: TemplateLine) => pieces.some(piece => piece.trim() !== '');
  const first = lines.findIndex(isText);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}

/** `{{part}}` is filled in when all parts are known, again on each piece of a part that is split. */
function takeNumber(lines: readonly TemplateLine[], faults: string[]): TemplatePart {
  const all = lines.flatMap(each => each.pieces.map((piece, index) => ({ each, piece, index })));
  const numbers = all.filter(({ piece, index }) => index % 2 === 1 && piece === NUMBER);
  const [found] = numbers;
  for (const { line, otherwise } of lines) {
    if (otherwise?.includes(NUMBER)) faults.push(`Line ${line} should not have {{part}} behind “||”.`);
  }
  if (!found) return { lines, number: null };
  const { each, index } = found;
  const isFirst = each === lines[0] && index === 1 && each.pieces[0] === '';
  const isLast = each === lines.at(-1) && index === each.pieces.length - 2 && each.pieces.at(-1) === '';
  if (numbers.length > 1 || !(isFirst || isLast) || each.isRepeated || each.otherwise) {
    faults.push(`Line ${each.line} should have {{part}} once, as the first or the last thing of its part.`);
    return { lines, number: null };
  }
  const isAlone = each.pieces.length === 3 && each.pieces[0] === '' && each.pieces[2] === '';
  const rest = isFirst ? each.pieces.slice(2) : each.pieces.slice(0, -2);
  // The first piece is a literal in either case; the blank beside the number is its gap.
  const pieces = isFirst
    ? [rest[0]!.trimStart(), ...rest.slice(1)]
    : [...rest.slice(0, -1), rest.at(-1)!.trimEnd()];
  const others = lines.filter(other => other !== each);
  return {
    lines: isAlone
      ? trimBlankLines(others)
      : lines.map(other => (other === each ? { ...each, pieces } : other)),
    number: { at: isFirst ? 'start' : 'end', gap: isAlone ? '\n' : ' ' },
  };
}

/**
 * What the literal text of a template may not say: numbers of its own, and comparisons, which come from paired tests only.
 *
 * @param names of models, data sets and measures, whose digits are no figures
 */
export function checkLiterals({ parts }: ThreadTemplate, names: readonly string[]): string[] {
  return parts.flatMap(({ lines }) =>
    lines.flatMap(({ line, pieces, otherwise }) => {
      const text = [pieces, otherwise ?? []]
        .map(choice => choice.map((piece, index) => (index % 2 === 0 ? piece : HOLE)).join(''))
        .join('\n')
        .normalize('NFKC');
      const faults: string[] = [];
      const touching = TOUCHING.exec(text);
      if (touching) {
        faults.push(
          `Line ${line} has “${touching[0].replaceAll(HOLE, '{{…}}')}”: what touches a reference would change its number. Put a blank between.`,
        );
      }
      for (const { text: figure } of findUnsourced(text, { figures: new Set(), names })) {
        // Its own number: whether it is true is seen when all parts are known.
        if (/^\d{1,2}\/\d{1,2}$/.test(figure)) continue;
        faults.push(
          `Line ${line} has the figure “${figure}” without a source: use a reference such as {{run.images}}, or say it without a number.`,
        );
      }
      for (const word of findComparisons(text)) {
        faults.push(
          `Line ${line} compares (“${word}”): only {{claim.1}} and so on may, which are sentences from paired tests.`,
        );
      }
      return [...new Set(faults)];
    }),
  );
}

export function fault(faults: readonly string[]): ThreadError {
  return new ThreadError('thread-template', 'The template cannot be used', faults);
}
