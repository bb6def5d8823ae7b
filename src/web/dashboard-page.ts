import { html } from 'hono/html';
import { dayOf } from '../charts/time-chart.ts';
import type { NarrationService } from '../inference/narration-service.ts';
import { benchmarkTable } from './benchmark-section.ts';
import { chartFigure } from './chart-figure.ts';
import type { DashboardFigures, ModelFigures } from './dashboard.ts';
import { goalList, reachOverTime } from './goals-section.ts';
import { jobTable } from './jobs-section.ts';
import { layout, type Markup } from './layout.ts';
import { sayDuration, sayFigure, sayMoment } from './say-figure.ts';
import { table } from './table.ts';

export interface ServiceState {
  /** Why events cannot be answered; empty where they can. */
  readonly reasons: readonly string[];
  readonly engines: ReturnType<NarrationService['status']>;
}

const UNREAD = html`<p class="note">What is kept cannot be read at the moment. The service's log says why.</p>`;

/** The dashboard. What was not measured is called so, and is never 0. */
export function dashboardPage({ reasons, engines }: ServiceState, figures: DashboardFigures): Markup {
  const { goals, jobs, models, benchmark, readAt } = figures;
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
      <section aria-labelledby="goals">
        <h2 id="goals">Goals</h2>
        ${goals === null ? UNREAD : goalList(goals)}
      </section>
      <section aria-labelledby="reach">
        <h2 id="reach">Reach over time, last 90 days</h2>
        ${goals === null ? UNREAD : reachOverTime(goals, figures.charts.goals)}
      </section>
      <section aria-labelledby="density">
        <h2 id="density">Adjective density, last 30 days</h2>
        ${densityOf(figures)}
      </section>
      <section aria-labelledby="benchmark">
        <h2 id="benchmark">Latest benchmark</h2>
        ${benchmark === null ? UNREAD : benchmarkTable(benchmark.table)}
      </section>
      <section aria-labelledby="models">
        <h2 id="models">Measured by this service, last 30 days</h2>
        <p>What members asked for, whatever it showed: no benchmark, and not the same images for each model.</p>
        ${models === null ? UNREAD : models.length === 0 ? html`<p>Nothing has been described yet.</p>` : modelTable(models)}
      </section>
      <section aria-labelledby="jobs">
        <h2 id="jobs">Jobs</h2>
        ${jobs === null ? UNREAD : jobTable(jobs)}
      </section>
      <p class="note">Read at ${sayMoment(readAt)}.</p>
    `,
  );
}

function densityOf({ days, charts: { density } }: DashboardFigures): Markup {
  if (days === null || density === null) return UNREAD;
  if (days.length === 0) return html`<p>Nothing has been described yet.</p>`;
  return html`
    ${chartFigure('density', density, 'Means of each day. A gap: nothing was measured that day.')}
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
            sayFigure(day.adjectivesPer100Words),
            sayFigure(day.supportedPer100Words),
            sayFigure(day.contradictedPer100Words),
          ]),
      )}
    </details>`;
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
      sayFigure(model.supportedPer100Words),
      model.contradictedShare === null ? 'not measured' : `${(100 * model.contradictedShare).toFixed(1)} %`,
      sayDuration(model.medianEngineMs),
      sayDuration(model.medianTotalMs),
    ]),
  );
}
