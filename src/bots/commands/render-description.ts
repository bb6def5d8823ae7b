import type { ImageOutcome } from './describe-images.ts';
import { type DescribedImage, legendOf, spansOf } from './described-image.ts';
import { explainError } from './explain-error.ts';
import type { ActionButton, ActionName, Block, Reply } from './reply.ts';
import { counted, oneLine } from './shown-text.ts';

/** What screen readers read first. */
const LABEL = 'AI description';

interface DescriptionParts {
  readonly outcomes: readonly ImageOutcome[];
  /** Images of the message that were not described. */
  readonly leftOut: number;
  readonly isPrivate: boolean;
  readonly buttons: readonly (readonly ActionButton[])[];
}

/** The reply with the descriptions of one or several images. */
export function renderDescriptions({ outcomes, leftOut, isPrivate, buttons }: DescriptionParts): Reply {
  const blocks = outcomes.flatMap((outcome, index): Block[] => {
    const heading: Block = { type: 'heading', text: headingOf(LABEL, index, outcomes.length) };
    if ('error' in outcome) {
      return [heading, { type: 'text', text: `Not described: ${explainError(outcome.error).sentence}` }];
    }
    return [heading, { type: 'text', text: outcome.text }, { type: 'note', text: figuresLine(outcome) }];
  });
  if (leftOut > 0) blocks.push({ type: 'note', text: leftOutLine(outcomes.length, leftOut) });
  return { isPrivate, blocks, actions: buttons };
}

/** The reply while texts grow. */
export function renderGrowing(texts: readonly string[], isPrivate: boolean): Reply {
  const blocks = texts.flatMap((text, index): Block[] => [
    { type: 'heading', text: headingOf(LABEL, index, texts.length) },
    { type: 'text', text: text === '' ? '…' : text },
  ]);
  return { isPrivate, isGrowing: true, blocks, actions: [] };
}

/** "9 adjectives in 31 words · 8 supported by the picture · 312 ms · model" */
export function figuresLine({ adjectives, words, grounding, engineMs, model }: DescribedImage): string {
  return [
    `${counted(adjectives.length, 'adjective')} in ${counted(words, 'word')}`,
    ...(grounding ? [`${grounding.supported} supported by the picture`] : []),
    ...(grounding && grounding.contradicted > 0 ? [`${grounding.contradicted} contradicted`] : []),
    durationOf(engineMs),
    oneLine(model, 80, 'unnamed model'),
  ].join(' · ');
}

export function durationOf(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms).toLocaleString('en')} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The same texts as alt text, to be copied. */
export function renderAltTexts(outcomes: readonly ImageOutcome[]): Reply {
  const blocks = outcomes.flatMap((outcome, index): Block[] => [
    { type: 'heading', text: headingOf('Alt text', index, outcomes.length) },
    'error' in outcome
      ? { type: 'text', text: `Not described: ${explainError(outcome.error).sentence}` }
      : { type: 'copy', text: outcome.text },
  ]);
  return { isPrivate: true, blocks, actions: [] };
}

/** @param isSaidAnew whether these are other words than the reply's */
export function renderAdjectives(outcomes: readonly ImageOutcome[], isSaidAnew: boolean): Reply {
  const blocks = outcomes.flatMap((outcome, index): Block[] => {
    const heading: Block = { type: 'heading', text: headingOf('Adjectives', index, outcomes.length) };
    if ('error' in outcome) {
      return [heading, { type: 'text', text: `Not described: ${explainError(outcome.error).sentence}` }];
    }
    return [
      heading,
      { type: 'marked', spans: spansOf(outcome.text, outcome.adjectives) },
      { type: 'text', text: legendOf(outcome.adjectives) },
    ];
  });
  if (isSaidAnew) {
    blocks.push({
      type: 'note',
      text: 'The bot no longer holds the words of that reply. These were written anew and may differ.',
    });
  }
  return { isPrivate: true, blocks, actions: [] };
}

/** The buttons under a description. @param hasReport false where a report could not be kept */
export function descriptionButtons(target: string, style: string, hasReport: boolean): ActionButton[][] {
  const button = (action: ActionName, label: string, look: ActionButton['style'] = 'plain') => ({
    action,
    target,
    label,
    style: look,
  });
  return [
    [lengthButton(target, style), button('alt', 'Alt text'), button('adjectives', 'Show adjectives')],
    [
      button('again', 'Try again'),
      ...(hasReport ? [button('report', 'Report')] : []),
      button('delete', 'Delete', 'danger'),
    ],
  ];
}

/** The buttons under somebody's own copy of a description. */
export function copyButtons(target: string, style: string): ActionButton[][] {
  return [[lengthButton(target, style), { action: 'alt', target, label: 'Alt text', style: 'plain' }]];
}

function lengthButton(target: string, style: string): ActionButton {
  return style === 'vivid'
    ? { action: 'shorter', target, label: 'Shorter', style: 'plain' }
    : { action: 'more', target, label: 'More detail', style: 'primary' };
}

function headingOf(label: string, index: number, of: number): string {
  return of === 1 ? label : `${label} ${index + 1} of ${of}`;
}

function leftOutLine(described: number, leftOut: number): string {
  const more = leftOut === 1 ? '1 more image was left out' : `${leftOut} more images were left out`;
  return `${more}: at most ${described} of a message are described.`;
}
