import { html } from 'hono/html';
import type { GoalProgress } from '../bots/commands/goal-progress.ts';
import { altTextOf, dayOf } from '../charts/time-chart.ts';
import type { NarrationService } from '../inference/narration-service.ts';
import type { DashboardFigures, ModelFigures } from './dashboard.ts';
import { layout, type Markup } from './layout.ts';

export interface ServiceState {
  /** Why events cannot be answered; empty where they can. */
  readonly reasons: readonly string[];
  readonly engines: ReturnType<NarrationService['status']>;
}

const UNREAD = html`<p class="note">What is kept cannot be read at the moment. The service's log says why.</p>`;

/** The dashboard. What was not measured is called so, and is never 0. */
export function dashboardPage({ reasons, engines }: ServiceState, figures: DashboardFigures): Markup {
  const { goals, models, readAt } = figures;
  return layout(
    '/',
    'Dashboard',
    html`
      <section aria-labelledby="state">
        <h2 id="state">Service</h2>
        ${
          reasons.length === 0
            ? html`<p class="ready">Ready: events are answered.</p>`
            : html`<p class="unready">Not ready:</p><ul>${reasons.map(reason => html`<li>${reason}</li>`)}</ul>`
        }
        ${table(
          'Engines and their queues',
          ['Engine', 'Model', 'Process', 'Images waiting'],
          engines.map(({ engine, model, pid, waiting }) => [
            engine,
            model ?? 'not known before its first image',
            pid === undefined ? 'none: begins with the next image' : `runs (${pid})`,
            String(waiting),
          ]),
        )}
      </section>
      <section aria-labelledby="density">
        <h2 id="density">Adjective density, last 30 days</h2>
        ${densityOf(figures)}
      </section>
      <section aria-labelledby="goals">
        <h2 id="goals">Goals</h2>
        ${goals === null ? UNREAD : goals.length === 0 ? html`<p>There are none.</p>` : html`<ul class="goals">${goals.map(goalItem)}</ul>`}
      </section>
      <section aria-labelledby="models">
        <h2 id="models">Measured by this service, last 30 days</h2>
        <p>What members asked for, whatever it showed: no benchmark, and not the same images for each model.</p>
        ${models === null ? UNREAD : models.length === 0 ? html`<p>Nothing has been described yet.</p>` : modelTable(models)}
      </section>
      <p class="note">Read at <time datetime="${new Date(readAt).toISOString()}">${clock(readAt)}</time>.</p>
    `,
  );
}

function densityOf({ days, chart }: DashboardFigures): Markup {
  if (days === null || chart === null) return UNREAD;
  if (days.length === 0) return html`<p>Nothing has been described yet.</p>`;
  const file = (look: string) => `/charts/density-${look}.svg`;
  return html`
    <figure>
      <picture>
        <source media="(max-width: 40rem) and (prefers-color-scheme: dark)" srcset="${file('narrow-dark')}" width="350" height="340">
        <source media="(max-width: 40rem)" srcset="${file('narrow-light')}" width="350" height="340">
        <source media="(prefers-color-scheme: dark)" srcset="${file('wide-dark')}">
        <img src="${file('wide-light')}" width="560" height="340" alt="${altTextOf(chart)}">
      </picture>
      <figcaption>Means of each day. A gap: nothing was measured that day.</figcaption>
    </figure>
    <details>
      <summary>The figures behind the chart</summary>
      ${table(
        'By day (UTC), the latest first: adjectives per 100 words',
        ['Day', 'Descriptions', 'All', 'Supported', 'Contradicted'],
        days
          .toReversed()
          .map(day => [
            dayOf(day.day),
            String(day.descriptions),
            said(day.adjectivesPer100Words),
            said(day.supportedPer100Words),
            said(day.contradictedPer100Words),
          ]),
      )}
    </details>`;
}

function goalItem({ name, target, unit, dueAt, latest }: GoalProgress): Markup {
  const due = dueAt === null ? '' : ` Due by ${dayOf(dueAt)}.`;
  if (latest === null) {
    return html`<li><strong>${name}</strong><br>More than ${target} ${unit}: not measured yet.${due}</li>`;
  }
  const { value, takenAt, source } = latest;
  return html`<li>
    <strong>${name}</strong><br>
    <progress value="${Math.max(0, Math.min(value, target))}" max="${target}" aria-label="${name}"></progress>
    ${value} of more than ${target} ${unit}${value > target ? ' (met)' : ''}, on ${dayOf(takenAt)}, ${source}.${due}
  </li>`;
}

function modelTable(models: readonly ModelFigures[]): Markup {
  return table(
    'Means over descriptions; times are medians',
    [
      'Model',
      'Engine',
      'Descriptions',
      'Supported per 100 words',
      'Contradicted of the checkable',
      'Engine’s time',
      'To the reply',
    ],
    models.map(model => [
      model.model,
      model.engine,
      String(model.descriptions),
      said(model.supportedPer100Words),
      model.contradictedShare === null ? 'not measured' : `${(100 * model.contradictedShare).toFixed(1)} %`,
      duration(model.medianEngineMs),
      duration(model.medianTotalMs),
    ]),
  );
}

/** A table that scrolls by itself where it is wider than the page; for the keyboard, too. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${heads.map(head => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map(
        ([first = '', ...rest]) =>
          html`<tr><th scope="row">${first}</th>${rest.map(cell => html`<td>${cell}</td>`)}</tr>`,
      )}</tbody>
    </table>
  </div>`;
}

function said(value: number | null): string {
  return value === null ? 'not measured' : value.toFixed(1);
}

function duration(ms: number | null): string {
  if (ms === null) return 'not measured';
  return ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`;
}

function clock(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
