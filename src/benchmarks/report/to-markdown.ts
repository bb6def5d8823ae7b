import { altTextOfChart } from '../../charts/chart.ts';
import type { ReportDocument, ReportTable } from './report-document.ts';

/**
 * @param chartFile the file of a chart by its name, as the text has to link to it
 * @returns the report as GitHub Flavored Markdown
 */
export function toMarkdown(report: ReportDocument, chartFile: (name: string) => string): string {
  const lines = [`# ${escapeMarkdown(report.title)}`, escapeMarkdown(report.source)];
  for (const warning of report.warnings) lines.push(`> ${escapeMarkdown(warning)}`);
  for (const { heading, paragraphs, items, tables, charts } of report.sections) {
    lines.push(`## ${escapeMarkdown(heading)}`, ...paragraphs.map(escapeMarkdown));
    if (items.length > 0) lines.push(items.map(item => `- ${escapeMarkdown(item)}`).join('\n'));
    for (const table of tables) lines.push(...tableToMarkdown(table));
    for (const { name, chart } of charts) {
      lines.push(`![${escapeMarkdown(altTextOfChart(chart))}](${chartFile(name)})`);
    }
  }
  return `${lines.join('\n\n')}\n`;
}

function tableToMarkdown({ caption, columns, rows, notes }: ReportTable): string[] {
  const lines = [`**${escapeMarkdown(caption)}**`];
  if (rows.length > 0) {
    const row = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
    lines.push([row(columns), `|${columns.map(() => ' --- |').join('')}`, ...rows.map(row)].join('\n'));
  }
  if (notes.length > 0) lines.push(notes.map(note => `- ${escapeMarkdown(note)}`).join('\n'));
  return lines;
}

/** Names of models and data sets are other people's words: nothing in them formats, links or ends a cell. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#~]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll(/\b(https?|www)([:.])/gi, '$1\u200b$2')
    .replaceAll('@', '@\u200b');
}
