import type { ReportDocument, ReportTable } from './report-document.ts';

/** The tables of a report for a paper: needs `\usepackage{booktabs}` and a Unicode engine, or T1 with inputenc. */
export function toLatex({ title, source, sections }: ReportDocument): string {
  const tables = sections.flatMap(section => section.tables).filter(({ rows }) => rows.length > 0);
  return [
    `% ${title.replaceAll(/[\r\n]+/g, ' ')}. ${source.replaceAll(/[\r\n]+/g, ' ')}`,
    ...tables.map(tableToLatex),
    '',
  ].join('\n\n');
}

function tableToLatex({ name, caption, columns, rows, notes }: ReportTable): string {
  const row = (cells: readonly string[]) => `${cells.map(escapeLatex).join(' & ')} \\\\`;
  return [
    String.raw`\begin{table}`,
    String.raw`\centering`,
    String.raw`\caption{${escapeLatex([caption, ...notes].map(asSentence).join(' '))}}`,
    String.raw`\label{tab:${name}}`,
    String.raw`\begin{tabular}{${'l'.repeat(columns.length)}}`,
    String.raw`\toprule`,
    row(columns),
    String.raw`\midrule`,
    ...rows.map(row),
    String.raw`\bottomrule`,
    String.raw`\end{tabular}`,
    String.raw`\end{table}`,
  ].join('\n');
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '↑': String.raw`$\uparrow$`,
  '↓': String.raw`$\downarrow$`,
  '−': '$-$',
  '<': String.raw`\textless{}`,
  '>': String.raw`\textgreater{}`,
  '|': String.raw`\textbar{}`,
  '"': String.raw`\textquotedbl{}`,
};

/** Other people's words cannot end a cell, begin a command or a comment. */
export function escapeLatex(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\~^↑↓−<>|"&%$#_{}]/g, character => REPLACEMENTS[character] ?? `\\${character}`);
}
