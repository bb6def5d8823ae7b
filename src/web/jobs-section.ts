import { html } from 'hono/html';
import type { JobState } from '../jobs/job-states.ts';
import type { JobRun } from '../store/job-store.ts';
import type { Markup } from './layout.ts';
import { sayDuration, sayMoment } from './say-figure.ts';
import { table } from './table.ts';

/** Signs beside the words: a colour alone tells nothing to many. */
const OUTCOMES: Readonly<Record<JobRun['outcome'], string>> = {
  running: '… runs',
  done: '✓ done',
  failed: '✗ failed',
  'timed-out': '✗ timed out',
  stopped: '– stopped',
  lost: '✗ lost',
  missed: '✗ missed',
};

/** What the service does by the clock, and how it went. */
export function jobTable(jobs: readonly JobState[]): Markup {
  if (jobs.length === 0) return html`<p>No job is scheduled here.</p>`;
  return table(
    'What runs by the clock',
    ['Job', 'Last run', 'Failures in a row', 'Next run', 'When'],
    jobs.map(({ name, last, failures, nextAt, when }) => [
      name,
      last === null ? 'never ran' : lastRun(last),
      failures === 0 ? 'none' : html`<span class="fault">${failures}</span>`,
      nextAt === null ? 'switched off' : sayMoment(nextAt),
      when,
    ]),
  );
}

function lastRun({ outcome, startedAt, endedAt, error }: JobRun): Markup {
  const took = endedAt === null || outcome === 'missed' ? '' : `, ${sayDuration(endedAt - startedAt)}`;
  return html`${OUTCOMES[outcome]}, ${sayMoment(startedAt)}${took}
    ${error === null ? '' : html`<br><span class="note">${error}</span>`}`;
}
