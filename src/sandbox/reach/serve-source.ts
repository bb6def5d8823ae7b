import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { SourceName } from '../../reach/reading.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import type { ProblemLog } from '../problem-log.ts';
import type { Curve } from './launch-curve.ts';
import type { SourceFaultSpan, SourceFaults } from './source-faults.ts';

/** Figures by metric, of each subject as the goals file writes it. */
export type PretendSubjects = Readonly<Record<string, Readonly<Record<string, Curve>>>>;

export interface PretendSourceOptions {
  readonly subjects: PretendSubjects;
  readonly now: () => number;
  readonly faults: SourceFaults;
  readonly problems: ProblemLog;
  readonly recorder?: ExchangeRecorder;
}

export interface SourceRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly authorization: string;
  /** What a fault makes of a figure. */
  readonly figure: (subject: string, metric: string) => unknown;
  readonly isRestricted: boolean;
}

export interface SourceAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface SourceRoute {
  readonly method: 'GET' | 'POST';
  /** As the source's own API description writes it: `/repos/{owner}/{repo}`. */
  readonly path: string;
  readonly serve: (request: SourceRequest) => SourceAnswer;
}

export interface SourceServer {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  close(): Promise<void>;
}

export interface SourceRules {
  readonly source: SourceName;
  readonly routes: readonly SourceRoute[];
  /** How the source says that the limit is exceeded, and what its headers are otherwise. */
  readonly limitStatus: number;
  readonly limitHeaders: (remaining: number, resetAt: number, now: number) => Record<string, string>;
  readonly hasTags?: boolean;
}

const HOUR_MS = 3_600_000;
/** Requests an hour: more than a run needs. */
const ALLOWANCE = 5000;
const NONSENSE = ['page', 'types', 'negative', 'cut'] as const;

/** Serves one pretend source on loopback. */
export async function serveSource(rules: SourceRules, options: PretendSourceOptions): Promise<SourceServer> {
  const { source, routes } = rules;
  const { now, faults, problems, recorder } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  let nonsense = 0;
  let spent = { hour: 0, requests: 0 };

  function limitHeaders(fault: SourceFaultSpan | undefined): Record<string, string> {
    const hour = Math.floor(now() / HOUR_MS);
    if (spent.hour !== hour) spent = { hour, requests: 0 };
    spent.requests++;
    if (fault?.kind === 'limited') return rules.limitHeaders(0, fault.until, now());
    return rules.limitHeaders(Math.max(0, ALLOWANCE - spent.requests), (hour + 1) * HOUR_MS, now());
  }

  for (const route of routes) {
    const where = `${route.method} ${route.path}`;
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async context => {
      const fault = faults.find(source, now());
      if (!/^node:visual-narrator:v/.test(context.req.header('user-agent') ?? '') && source !== 'x') {
        problems.add(where, 'no user agent of ours');
      }
      if (fault?.kind === 'down') {
        context.env.incoming.socket.destroy();
        return context.body(null);
      }
      const headers = limitHeaders(fault);
      const twist = fault?.kind === 'nonsense' ? NONSENSE[nonsense++ % NONSENSE.length] : undefined;
      let answer: SourceAnswer;
      if (fault?.kind === 'failing') answer = { status: 503, body: { message: 'Unavailable' } };
      else if (fault?.kind === 'limited') {
        answer = { status: rules.limitStatus, body: { message: 'Rate limit exceeded' } };
      } else {
        answer = route.serve({
          params: context.req.param() as Record<string, string>,
          query: new URL(context.req.url).searchParams,
          authorization: context.req.header('authorization') ?? '',
          figure: (subject, metric) => twisted(twist, options.subjects[subject]?.[metric]?.(now())),
          isRestricted: fault?.kind === 'restricted',
        });
      }
      if (answer.status === 400) problems.add(where, JSON.stringify(answer.body));
      if (!twist && fault?.kind !== 'failing' && fault?.kind !== 'limited') {
        record(recorder, context, route.path, answer);
      }
      return send(context, answer, headers, twist, rules.hasTags === true);
    });
  }
  app.notFound(context => {
    problems.add(`${context.req.method} ${context.req.path}`, 'no such route');
    return context.json({ message: 'Not Found' }, 404);
  });
  app.onError((error, context) => {
    problems.add(`${context.req.method} ${context.req.path}`, `the sandbox failed: ${error.stack}`);
    return context.json({ message: 'Internal Server Error' }, 500);
  });

  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function twisted(twist: (typeof NONSENSE)[number] | undefined, figure: number | undefined): unknown {
  if (twist === 'types') return `about ${figure}`;
  if (twist === 'negative') return -1 - (figure ?? 0);
  return figure;
}

function send(
  context: Context,
  { status, body }: SourceAnswer,
  headers: Record<string, string>,
  twist: (typeof NONSENSE)[number] | undefined,
  hasTags: boolean,
): Response {
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  if (twist === 'page') return context.html('<!doctype html><title>Whoops</title><p>Something went wrong.');
  const text = JSON.stringify(body);
  if (twist === 'cut') {
    return context.body(text.slice(0, text.length / 2), 200, { 'content-type': 'application/json' });
  }
  if (hasTags && status === 200) {
    const tag = `W/"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
    context.header('etag', tag);
    if (context.req.header('if-none-match') === tag) return context.body(null, 304);
  }
  return context.json(body as object, status as 200);
}

function record(
  recorder: ExchangeRecorder | undefined,
  context: Context,
  path: string,
  answer: SourceAnswer,
): void {
  recorder?.onExchange({
    method: context.req.method,
    path,
    url: context.req.url,
    requestHeaders: {},
    requestBody: null,
    status: answer.status,
    responseBody: answer.body,
  });
}
