import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { dayOf } from '../charts/time-chart.ts';
import { describeGoal } from '../reach/describe-goal.ts';
import { forecastToJson } from '../reach/forecast-json.ts';
import { SOURCE_TITLES, type SourceName } from '../reach/reading.ts';
import type { GoalReport } from '../reach/report-goals.ts';
import type { SampleStore } from '../store/store.ts';
import { describeBody, describeQuery, type goalsAnswer, reachQuery } from './api-schemas.ts';
import { clientOf } from './client-of.ts';
import type { DescribeRequest } from './describe-request.ts';
import { WebError } from './web-error.ts';

export interface ApiOptions {
  readonly describe: DescribeRequest;
  readonly samples: Pick<SampleStore, 'series'>;
  readonly readGoals: () => Promise<readonly GoalReport[]>;
}

/** A JSON body is an address and two words. */
const MAX_JSON_BYTES = 16_000;

/** What programs ask for: `/api/…`. Answers and refusals are what `openapi.ts` says. */
export function apiRoutes({ describe, samples, readGoals }: ApiOptions): Hono {
  const api = new Hono();

  api.post('/describe', async context => {
    const read = async () => await readWanted(context);
    return context.json(await describe(clientOf(context), context.req.raw.signal, read));
  });

  api.get('/reach', async context => {
    const { source, subject, metric, ...rest } = check(reachQuery, context.req.query());
    const key = { source, subject, metric };
    const found = await samples.series({ ...key, ...rest });
    return context.json({
      ...key,
      samples: found.map(({ slot, takenAt, value, outcome, reason, wentDown }) => ({
        ...{ slot: momentOf(slot), takenAt: momentOf(takenAt), value, outcome, reason, wentDown },
      })),
    });
  });

  api.get('/goals', async context => {
    return context.json({ goals: (await readGoals()).map(goalToJson) });
  });

  return api;
}

function goalToJson(report: GoalReport): z.input<typeof goalsAnswer>['goals'][number] {
  const { goal, state, window, latest, met, forecast } = report;
  return {
    ...{ id: goal.id, name: goal.name, target: goal.moreThan, unit: goal.unit },
    dueAt: window && momentOf(window.until),
    state,
    latest: latest && {
      value: latest.value,
      takenAt: momentOf(latest.takenAt),
      source: latest.sources.map(source => SOURCE_TITLES[source as SourceName]).join(', '),
    },
    metOn: met && dayOf(met.day),
    forecast: forecastToJson(forecast),
    remarks: describeGoal(report),
  };
}

async function readWanted({ req }: Context): ReturnType<Parameters<DescribeRequest>[2]> {
  const type = (req.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'application/json') {
    const { url, ...wanted } = check(describeBody, parseJson(await req.text()));
    return { image: url, ...wanted };
  }
  // What the bytes are is found out from themselves.
  if (type !== 'application/octet-stream' && !type.startsWith('image/')) {
    throw new WebError(
      'bad-request',
      'Send the bytes of an image (Content-Type: image/jpeg, or application/octet-stream), or JSON with its url.',
    );
  }
  const wanted = check(describeQuery, req.query());
  return { image: new Uint8Array(await req.arrayBuffer()), ...wanted };
}

function parseJson(text: string): unknown {
  try {
    if (text.length <= MAX_JSON_BYTES) return JSON.parse(text);
  } catch {
    // Said below.
  }
  throw new WebError('bad-request', `The body should be JSON of ${MAX_JSON_BYTES / 1000} kB at most.`);
}

/** @throws WebError `bad-request` naming what is wrong */
function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new WebError('bad-request', `The request is not as it should be: ${z.prettifyError(result.error)}`);
}

function momentOf(time: number): string {
  return new Date(time).toISOString();
}
