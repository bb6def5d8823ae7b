import { html } from 'hono/html';
import type { DescriptionReport } from '../description-report.ts';
import { STYLES, type Style } from '../inference/engines/engine.ts';
import { layout, type Markup } from './layout.ts';
import { table } from './table.ts';

export interface TryPage {
  /** Names, the default first. */
  readonly engines: readonly string[];
  readonly style: Style;
  readonly engine: string;
  readonly result: DescriptionReport | null;
  /** Why there is no result, for the person. */
  readonly fault: string | null;
}

type Verdict = 'supported' | 'contradicted' | 'uncheckable';

/** The signs stand beside the words: a colour alone tells nothing to many. */
const MARKS: Readonly<Record<Verdict, readonly [sign: string, words: string]>> = {
  supported: ['✓', 'borne out by the picture'],
  contradicted: ['✗', 'contradicted by the picture'],
  uncheckable: ['?', 'cannot be checked'],
};
const STYLE_NAMES: Readonly<Record<Style, string>> = {
  vivid: 'Vivid: in detail',
  brief: 'Brief: two or three sentences',
  alt: 'Alt text: one sentence',
};

/** One image in, one description out. It is a plain form. */
export function tryPage({ engines, style, engine, result, fault }: TryPage): Markup {
  return layout(
    '/try',
    'Describe an image',
    html`
      ${fault === null ? '' : html`<p class="fault" role="alert">${fault}</p>`}
      ${result === null ? '' : resultOf(result)}
      <form method="post" action="/try" enctype="multipart/form-data" class="card">
        <p><label for="image">Image, of 20 MB at most</label>
          <input id="image" name="image" type="file" accept="image/jpeg,image/png,image/webp,image/gif,image/avif"></p>
        <p><label for="url">or its address</label>
          <input id="url" name="url" type="url" maxlength="4000" placeholder="https://example.org/photo.jpg"></p>
        <p><label for="style">Style</label>
          <select id="style" name="style">${STYLES.map(name => option(name, STYLE_NAMES[name], style))}</select></p>
        ${
          engines.length < 2
            ? ''
            : html`<p><label for="engine">Engine</label>
          <select id="engine" name="engine">${engines.map(name => option(name, name, engine))}</select></p>`
        }
        <p><button>Describe</button></p>
        <p class="note">The image is described on this service and not kept.</p>
      </form>
    `,
  );
}

function option(value: string, label: string, chosen: string): Markup {
  return html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${label}</option>`;
}

function resultOf(report: DescriptionReport): Markup {
  const { density, grounding, engine, timingsMs, adjectives } = report;
  const contradicted = adjectives.filter(({ supported }) => supported === false).length;
  const figures: [string, string][] = [
    ['Adjectives', `${density.adjectiveCount} in ${density.words} words`],
    ['Borne out by the picture', density.supported === null ? 'not measured' : String(density.supported)],
    ['Contradicted', grounding === null ? 'not measured' : String(contradicted)],
    [
      'Supported per 100 words',
      density.supportedPer100Words === null ? 'not measured' : density.supportedPer100Words.toFixed(1),
    ],
    ['Words that judge', String(density.interpretive)],
    ['Engine', `${engine.name}, ${engine.model}`],
    ['Time', `${(timingsMs.total / 1000).toFixed(1)} s`],
  ];
  return html`<section class="card" aria-labelledby="description">
    <h2 id="description">AI description</h2>
    <p class="text">${markedText(report)}</p>
    <ul class="legend">${Object.entries(MARKS).map(
      ([verdict, [sign, words]]) =>
        html`<li><mark class="${verdict}">word<span>${sign}</span></mark> ${words}</li>`,
    )}</ul>
    <dl>${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${adjectiveTable(report)}
  </section>`;
}

/** The text with its adjectives marked; each mark is read out after its word. */
function markedText({ text, adjectives }: DescriptionReport): Markup[] {
  const parts: Markup[] = [];
  let at = 0;
  for (const { start, end, supported } of adjectives) {
    const verdict = verdictOf(supported);
    const [sign, words] = MARKS[verdict];
    parts.push(html`${text.slice(at, start)}`);
    parts.push(
      html`<mark class="${verdict}">${text.slice(start, end)}<span aria-hidden="true">${sign}</span><span class="unseen"> (${words})</span></mark>`,
    );
    at = end;
  }
  return [...parts, html`${text.slice(at)}`];
}

function adjectiveTable({ adjectives, grounding }: DescriptionReport): Markup | string {
  if (adjectives.length === 0) return '';
  return html`<details><summary>What each adjective was checked by</summary>
    ${table(
      'Adjectives in the order of the text',
      ['Adjective', 'Of', 'Verdict', 'Would bear it out', 'Was measured'],
      adjectives.map(({ word, noun, supported, start }) => {
        const pair = grounding?.pairs.find(other => other.start === start);
        const cells = [noun, MARKS[verdictOf(supported)][1], pair?.expected, pair?.measured];
        return [word, ...cells.map(cell => cell ?? '–')];
      }),
    )}
  </details>`;
}

function verdictOf(supported: boolean | null): Verdict {
  return supported === null ? 'uncheckable' : supported ? 'supported' : 'contradicted';
}
