import { dayOf } from '../../charts/time-chart.ts';
import type { CommandCall } from './bot-commands.ts';
import type { Context } from './context.ts';
import { durationOf } from './render-description.ts';
import { counted, oneLine } from './shown-text.ts';

const DAYS = 30;
const MAX_MODELS = 10;

/** `benchmark`: what this service measured of each model while it described. */
export async function benchmarkCommand({ store, now }: Context, { responder }: CommandCall): Promise<void> {
  const until = now() + 1;
  const from = until - DAYS * 86_400_000;
  const models = await store.descriptions.byModel({ from, until }, MAX_MODELS);
  const facts = models.map(model => ({
    name: `${oneLine(model.model, 80, 'unnamed model')} (${oneLine(model.engine, 30)})`,
    value: [
      `measured by this service on ${counted(model.descriptions, 'description')}`,
      `${fixed(model.adjectives)} adjectives a description`,
      `${fixed(model.supportedPer100Words)} supported by the picture per 100 words`,
      `median ${model.medianEngineMs === null ? 'time not measured' : durationOf(model.medianEngineMs)}`,
    ].join(' · '),
  }));
  await responder.show({
    isPrivate: false,
    blocks: [
      { type: 'heading', text: `Measured in the last ${DAYS} days` },
      facts.length > 0
        ? { type: 'facts', facts }
        : {
            type: 'text',
            text: `Nothing was measured since ${dayOf(from)}: no image was described, or nothing is kept of it.`,
          },
      {
        type: 'note',
        text: 'These are figures of everyday use, on pictures that differ from model to model. No benchmark run, with the same pictures for all, has been made yet.',
      },
    ],
    actions: [],
  });
}

function fixed(value: number | null): string {
  return value === null ? 'an unmeasured number of' : value.toFixed(1);
}
