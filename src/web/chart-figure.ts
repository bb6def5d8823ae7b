import { html } from 'hono/html';
import { altTextOf, type TimeChart } from '../charts/time-chart.ts';
import type { Markup } from './layout.ts';

/**
 * A chart in the look that suits the screen, by the browser's own choice.
 *
 * @param name of its files: `/charts/<name>-<look>.svg`
 * @param caption what it takes to read it
 */
export function chartFigure(name: string, chart: TimeChart, caption: string): Markup {
  const file = (look: string) => `/charts/${name}-${look}.svg`;
  return html`<figure>
    <picture>
      <source media="(max-width: 40rem) and (prefers-color-scheme: dark)" srcset="${file('narrow-dark')}" width="350" height="340">
      <source media="(max-width: 40rem)" srcset="${file('narrow-light')}" width="350" height="340">
      <source media="(prefers-color-scheme: dark)" srcset="${file('wide-dark')}">
      <img src="${file('wide-light')}" width="560" height="340" alt="${altTextOf(chart)}">
    </picture>
    <figcaption>${caption}</figcaption>
  </figure>`;
}
