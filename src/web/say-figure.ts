import { html } from 'hono/html';
import type { Markup } from './layout.ts';

/** A figure as the pages say it: what was not measured is never 0. */
export function sayFigure(value: number | null): string {
  return value === null ? 'not measured' : value.toFixed(1);
}

/** A time that something took. @param ms milliseconds */
export function sayDuration(ms: number | null): string {
  if (ms === null) return 'not measured';
  return ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`;
}

/** A moment to the minute, in UTC. */
export function sayMoment(time: number): Markup {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
