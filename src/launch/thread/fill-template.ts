import { isChart, type TemplateLine, type TemplatePart, type ThreadTemplate } from './parse-template.ts';
import { type Fact, type FactSources, readReference } from './read-reference.ts';
import type { SourcedNumber } from './thread.ts';

export interface FilledPart {
  /** Without its number. */
  readonly text: string;
  readonly number: TemplatePart['number'];
  /** Names of charts in order, `charts` for all that there are; `isOptional` where they may be absent. */
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
  return { parts: filled, ...filling.found };
}

function repeat(line: TemplateLine, { scores }: FactSources): TemplateLine[] {
  if (!line.isRepeated) return [line];
  return scores.contenders.map(({ name }) => ({
    ...line,
    // As a function: a name may hold "$&".
    pieces: line.pieces.map((piece, index) =>
      index % 2 === 1 ? piece.replace(/\.\*(?=\.|$)/, () => `.${name}`) : piece,
    ),
    name,
  }));
}

function createFilling(sources: FactSources) {
  const found = {
    numbers: [] as SourcedNumber[],
    given: [] as string[],
    unknown: [] as string[],
    missing: [] as string[],
  };
  const note = (list: string[], fault: string) => {
    if (!list.includes(fault)) list.push(fault);
  };
  return {
    found,
    /** Null where the line is left out. */
    async fill(line: TemplateLine & { readonly name?: string }): Promise<string | null> {
      const facts: Fact[] = [];
      for (const [index, piece] of line.pieces.entries()) {
        if (index % 2 === 0) facts.push({ kind: 'value', text: piece, numbers: [] });
        else if (piece === 'contender')
          facts.push({ kind: 'value', text: (line.name ?? '').replace(/\s+/g, ' '), numbers: [] });
        else facts.push(await readReference(piece, sources));
      }
      facts.forEach((fact, index) => {
        const place = `Line ${line.line}: {{${line.pieces[index]}}}`;
        if (fact.kind === 'unknown') note(found.unknown, `${place} is nothing. ${fact.exist}.`);
        if (fact.kind === 'missing' && !line.isOptional) {
          note(
            found.missing,
            `${place} has no value. ${fact.reason} Begin the line with “?”, and it is left out instead.`,
          );
        }
      });
      const values = facts.flatMap(fact => (fact.kind === 'value' ? [fact] : []));
      if (values.length < facts.length) return null;
      values.forEach(({ text, numbers }, index) => {
        if (index % 2 === 0) return;
        found.given.push(text);
        for (const number of numbers) {
          const isThere = found.numbers.some(
            ({ shown, reference }) => shown === number.shown && reference === number.reference,
          );
          if (!isThere) found.numbers.push(number);
        }
      });
      return values.map(({ text }) => text).join('');
    },
  };
}
