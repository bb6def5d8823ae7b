import type { BenchmarkTable } from '../../benchmarks/latest-table.ts';
import { dayOf } from '../../charts/time-chart.ts';
import type { CommandCall } from './bot-commands.ts';
import type { Context } from './context.ts';
import { durationOf } from './render-description.ts';
import type { Block } from './reply.ts';
import { counted, oneLine } from './shown-text.ts';

const DAYS = 30;
const MAX_MODELS = 10;
const MAX_CONTENDERS = 10;
const MAX_NOTES = 5;

/** `benchmark`: the newest benchmark run, then what this service measured of each model while it described. */
export async function benchmarkCommand(
  { store, now, readBenchmark, log }: Context,
  { responder }: CommandCall,
): Promise<void> {
  const until = now() + 1;
  const from = until - DAYS * 86_400_000;
  const [run, models] = await Promise.all([
    readBenchmark().catch((error: unknown) => {
      log.warn({ err: error }, 'the latest benchmark run cannot be read');
      return null;
    }),
    store.descriptions.byModel({ from, until }, MAX_MODELS),
  ]);
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
      ...(run ? blocksOf(run) : []),
      { type: 'heading', text: `Everyday use in the last ${DAYS} days` },
      facts.length > 0
        ? { type: 'facts', facts }
        : {
            type: 'text',
            text: `Nothing was measured since ${dayOf(from)}: no image was described, or nothing is kept of it.`,
          },
      {
        type: 'note',
        text: `These are figures of everyday use, on pictures that differ from model to model.${run ? '' : ' No benchmark run, with the same pictures for all, has been made here yet.'}`,
      },
    ],
    actions: [],
  });
}

function blocksOf({ title, madeAt, source, columns, rows, notes }: BenchmarkTable): Block[] {
  const heads = columns.slice(1);
  const left = rows.length - MAX_CONTENDERS;
  const more = left > 0 ? [`${counted(left, 'contender')} more in its report.`] : [];
  return [
    { type: 'heading', text: `Benchmark of ${dayOf(madeAt)}: ${oneLine(title, 100)}` },
    {
      type: 'facts',
      facts: rows.slice(0, MAX_CONTENDERS).map(([name, ...cells]) => ({
        name: oneLine(name ?? '', 80, 'unnamed'),
        value: cells.map((cell, index) => `${heads[index]}: ${cell}`).join(' · '),
      })),
    },
    {
      type: 'note',
      text: [`${source}.`, ...more, ...notes.slice(0, MAX_NOTES).map(note => oneLine(note, 300))].join(' '),
    },
  ];
}

function fixed(value: number | null): string {
  return value === null ? 'an unmeasured number of' : value.toFixed(1);
}
