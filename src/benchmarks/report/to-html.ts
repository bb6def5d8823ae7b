import { html, raw } from 'hono/html';
import { altTextOfChart } from '../../charts/chart.ts';
import type { ReportDocument, ReportTable } from './report-document.ts';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 0 auto; padding: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0; }
caption { text-align: start; font-weight: 600; padding: 0.25rem 0; }
th, td { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); padding: 0.25rem 0.6rem; text-align: start; vertical-align: top; }
img { max-width: 100%; height: auto; }
.warning { border-inline-start: 0.3rem solid #b45309; padding-inline-start: 0.75rem; }
td { overflow-wrap: anywhere; }
`;

/**
 * @param svgOf the text of a chart's SVG file by its name
 * @returns one HTML file that needs no other
 */
export function toHtml(report: ReportDocument, svgOf: (name: string) => string): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${report.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${report.title}</h1>
<p>${report.source}</p>
${report.warnings.map(warning => html`<p class="warning">${warning}</p>`)}
${report.sections.map(
  ({ heading, paragraphs, items, tables, charts }) => html`<section>
<h2>${heading}</h2>
${paragraphs.map(paragraph => html`<p>${paragraph}</p>`)}
${items.length > 0 ? html`<ul>${items.map(item => html`<li>${item}</li>`)}</ul>` : ''}
${tables.map(tableToHtml)}
${charts.map(
  ({ name, chart }) =>
    html`<p><img src="data:image/svg+xml;base64,${Buffer.from(svgOf(name)).toString('base64')}" alt="${altTextOfChart(chart)}"></p>`,
)}
</section>`,
)}
</main>
</body>
</html>
`;
  // Without promises in it, hono's template is a string.
  return String(page);
}

function tableToHtml({ caption, columns, rows, notes }: ReportTable) {
  return html`
${
  rows.length > 0
    ? html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
        ([head, ...cells]) =>
          html`<tr><th scope="row">${head}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`,
      )}</tbody>
</table></div>`
    : html`<p><strong>${caption}</strong></p>`
}
${notes.length > 0 ? html`<ul>${notes.map(note => html`<li>${note}</li>`)}</ul>` : ''}`;
}
