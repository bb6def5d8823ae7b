import { html } from 'hono/html';
import type { BenchmarkTable } from '../benchmarks/latest-table.ts';
import type { Markup } from './layout.ts';
import { sayMoment } from './say-figure.ts';
import { table } from './table.ts';

/** The latest benchmark with where its figures are from. */
export function benchmarkTable(latest: BenchmarkTable | null): Markup {
  if (latest === null) return html`<p>No benchmark has been run here yet.</p>`;
  const { title, madeAt, source, columns, rows, notes } = latest;
  return html`
    ${table(title, columns, rows)}
    <p class="note">${source} · ${sayMoment(madeAt)}</p>
    ${notes.length === 0 ? '' : html`<ul class="note">${notes.map(note => html`<li>${note}</li>`)}</ul>`}`;
}
