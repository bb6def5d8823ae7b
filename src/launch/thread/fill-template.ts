import { isChart, type TemplateLine, type TemplatePart, type ThreadTemplate } from './parse-template.ts';
import { type Fact, type FactSources, readReference, textFact } from './read-reference.ts';
import { oneLine } from './run-facts.ts';
import type { SourcedNumber } from './thread.ts';

export interface FilledPart {
  /** Without its number. */
  readonly text: string;
  readonly number: TemplatePart['number'];
  /** Names of charts in order; `isOptional` where they may be absent. */
  readonly charts: readonly { readonly name: string; readonly line: number; readonly isOptional: boolean }[];
}

export interface FilledTemplate {
  readonly parts: readonly FilledPart[];
  readonly numbers: readonly SourcedNumber[];
  /** Every text that a reference gave. */
  readonly given: readonly string[];
  /** References that do not exist: the template has to be changed. */
  readonly unknown: readonly string[];
  /** References without a value in lines that are not optional. */
  readonly missing: readonly string[];
}

/** Puts values in the place of references. Lines without a value are left out where they are optional, else named. */
export async function fillTemplate({ parts }: ThreadTemplate, sources: FactSources): Promise<FilledTemplate> {
  const filling = createFilling(sources);
  const filled: FilledPart[] = [];
  for (const { lines, number } of parts) {
    const texts: string[] = [];
    const charts: FilledPart['charts'][number][] = [];
    for (const line of lines) {
      const [chart] = line.pieces.filter((piece, index) => index % 2 === 1 && isChart(piece));
      if (chart !== undefined) {
        charts.push({ name: chart.replace(/^chart\./, ''), line: line.line, isOptional: line.isOptional });
        continue;
      }
      for (const each of repeat(line, sources)) {
        const text = await filling.fill(each);
        if (text !== null) texts.push(text);
      }
    }
    // Lines that were left out leave no gap behind.
    const text = texts
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    if (text !== '' || charts.length > 0) filled.push({ text, number, charts });
  }
  const { numbers, given, unknown, missing } = filling.found;
  return {
    parts: filled,
    ...{ numbers, given, unknown: [...new Set(unknown)], missing: [...new Set(missing)] },
  };
}

interface ContenderLine extends TemplateLine {
  /** The contender that `{{contender}}` is; null outside of repeated lines. */
  readonly contender: string | null;
}

function repeat(line: TemplateLine, { scores }: FactSources): ContenderLine[] {
  if (!line.isRepeated) return [{ ...line, contender: null }];
  return scores.contenders.map(({ name }) => {
    const replace = (piece: string, index: number) =>
      // As a function: a name may hold "$&".
      index % 2 === 1 ? piece.replace(/\.\*(?=\.|$)/, () => `.${name}`) : piece;
    const { pieces, otherwise } = line;
    return {
      ...line,
      ...{ pieces: pieces.map(replace), otherwise: otherwise?.map(replace) ?? null, contender: name },
    };
  });
}

function createFilling(sources: FactSources) {
  const numbers: SourcedNumber[] = [];
  const given: string[] = [];
  const unknown: string[] = [];
  const missing: string[] = [];

  async function read(piece: string, index: number, contender: string | null): Promise<Fact> {
    if (index % 2 === 0) return { kind: 'value', text: piece, numbers: [] };
    if (piece !== 'contender') return readReference(piece, sources);
    return textFact(oneLine(contender ?? ''), `run:${sources.record.id}/names`);
  }

  function take(values: readonly (Fact & { kind: 'value' })[]): string {
    values.forEach(({ text, numbers: own }, index) => {
      if (index % 2 === 0) return;
      given.push(text);
      numbers.push(
        ...own.filter(
          number =>
            !numbers.some(({ shown, reference }) => shown === number.shown && reference === number.reference),
        ),
      );
    });
    return values.map(({ text }) => text).join('');
  }

  return {
    found: { numbers, given, unknown, missing },
    /** Null where the line is left out. */
    async fill({ line, isOptional, pieces, otherwise, contender }: ContenderLine): Promise<string | null> {
      for (const choice of otherwise ? [pieces, otherwise] : [pieces]) {
        const isLast = choice === otherwise || !otherwise;
        const facts = await Promise.all(choice.map((piece, index) => read(piece, index, contender)));
        facts.forEach((fact, index) => {
          const place = `Line ${line}: {{${choice[index]}}}`;
          if (fact.kind === 'unknown') unknown.push(`${place} is nothing. ${fact.exist}.`);
          // What stands there instead has to be there.
          if (fact.kind === 'missing' && isLast && (!isOptional || otherwise)) {
            const remedy = otherwise
              ? 'What stands behind “||” has to have one.'
              : 'Begin the line with “?”, and it is left out then.';
            missing.push(`${place} has no value. ${fact.reason} ${remedy}`);
          }
        });
        const values = facts.flatMap(fact => (fact.kind === 'value' ? [fact] : []));
        if (values.length === facts.length) return take(values);
      }
      return null;
    },
  };
}
