import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { ArmedFailures } from '../armed-failures.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import type { ProblemLog } from '../problem-log.ts';
import type { FileHost } from './file-host.ts';
import type { Uploads } from './messages.ts';
import { type BucketLimit, RateLimits } from './rate-limits.ts';
import { formError, RestError } from './rest-error.ts';

const API = '/api/v10';
/** A request with ten files of the largest size is far beyond what Discord takes in all. */
const MAX_BODY_BYTES = 25 * 1024 * 1024;
/** Discord asks for it, and its proxy blocks others ("User Agent" in the API reference). */
const USER_AGENT = /^DiscordBot \(\S+, \S+\)/;

export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly uploads: Uploads;
  /** `POST /channels/{channel_id}/messages`, for problems. */
  readonly where: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in Discord's API description: `/channels/{channel_id}/messages`. */
  readonly path: string;
  readonly limit?: BucketLimit;
  /** Answered by the token in the path, without the bot's: interactions. */
  readonly isOpen?: true;
  readonly serve: (request: RestRequest) => RestAnswer | Promise<RestAnswer>;
}

export interface RestServerOptions {
  readonly routes: readonly Route[];
  readonly files: FileHost;
  readonly failures: ArmedFailures;
  readonly problems: ProblemLog;
  readonly recorder: ExchangeRecorder | null;
  readonly isToken: (token: string) => boolean;
  readonly now: () => number;
  readonly rateWindowScale: number;
}

const DEFAULT_LIMIT: BucketLimit = { limit: 50, windowMs: 1000 };
const MAJOR = ['channel_id', 'guild_id', 'webhook_id', 'webhook_token', 'interaction_id'];

/** Discord's REST API, version 10, and its CDN, on one HTTP server that does not listen yet. */
export function createRestServer(options: RestServerOptions): Server {
  const app = new Hono();
  const limits = new RateLimits(options.now, options.rateWindowScale);
  for (const route of options.routes) {
    const path = `${API}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    app.on(route.method, path, context => serve(context, route, options, limits));
  }
  const serveFile = (context: Context) => {
    const url = new URL(context.req.url);
    const file = options.files.open(url.pathname, url.searchParams);
    if (file === null) return context.text('This content is no longer available.', 404);
    return context.body(Uint8Array.from(file.bytes), 200, { 'Content-Type': file.contentType });
  };
  app.get('/attachments/*', serveFile);
  app.get('/ephemeral-attachments/*', serveFile);
  app.notFound(context => {
    const url = new URL(context.req.url);
    options.problems.add(`${context.req.method} ${url.pathname}`, 'no such route');
    const { status, body } = new RestError('general');
    record(options, context, null, null, { status, body });
    return context.json(body, status as 404);
  });
  app.onError((error, context) => {
    // A fault of the sandbox itself: it must not look as if the bot were to blame, nor be lost.
    options.problems.add(`${context.req.method} ${context.req.path}`, `the sandbox failed: ${error.stack}`);
    return context.json({ message: '500: Internal Server Error', code: 0 }, 500);
  });
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

async function serve(
  context: Context,
  route: Route,
  options: RestServerOptions,
  limits: RateLimits,
): Promise<Response> {
  const url = new URL(context.req.url);
  const path = url.pathname.slice(API.length);
  const where = `${route.method} ${route.path}`;
  const params = context.req.param() as Record<string, string>;
  const failure = options.failures.take(path);
  if (failure !== null) return answerFailure(context, failure.status, failure.retryAfterSeconds);
  const major = MAJOR.flatMap(name => params[name] ?? []).join(' ');
  const verdict = limits.take(where, major, route.limit ?? DEFAULT_LIMIT, route.isOpen !== true);
  for (const [name, value] of Object.entries(verdict.headers)) context.header(name, value);
  let recorded: unknown = null;
  let answer: RestAnswer;
  if (verdict.refusal !== null) {
    const { retryAfterSeconds, isGlobal } = verdict.refusal;
    options.problems.add(where, `rate limit exceeded (${isGlobal ? 'global' : 'of the route'})`);
    answer = {
      status: 429,
      body: {
        message: 'You are being rate limited.',
        code: 0,
        retry_after: retryAfterSeconds,
        global: isGlobal,
      },
    };
  } else {
    try {
      requireAuth(context, route, options, where);
      const { body, uploads } = await readBody(context.req.raw);
      recorded = body === undefined ? null : describeBody(body, uploads);
      answer = await route.serve({ params, query: url.searchParams, body, uploads, where });
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      options.problems.add(where, `${error.status}, code ${error.body.code}: ${error.message}`);
      answer = { status: error.status, body: error.body };
    }
  }
  record(options, context, route.path, recorded, answer);
  // A 204 must carry no content type: clients would parse its empty body as JSON.
  if (answer.body === undefined) return context.body(null, answer.status as 204);
  return context.json(answer.body, answer.status as 200);
}

function answerFailure(context: Context, status: number, retryAfterSeconds: number): Response {
  if (status !== 429) return context.json({ message: 'Internal Server Error', code: 0 }, status as 500);
  context.header('Retry-After', String(retryAfterSeconds));
  context.header('X-RateLimit-Scope', 'shared');
  const body = {
    message: 'The resource is being rate limited.',
    code: 0,
    retry_after: retryAfterSeconds,
    global: false,
  };
  return context.json(body, 429);
}

/** @throws RestError */
function requireAuth(context: Context, route: Route, options: RestServerOptions, where: string): void {
  if (!USER_AGENT.test(context.req.header('user-agent') ?? '')) {
    options.problems.add(where, 'no user agent of the form "DiscordBot (url, version)"');
  }
  if (route.isOpen) return;
  const token = /^Bot (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  if (token === undefined || !options.isToken(token)) throw new RestError('unauthorized');
}

/** @throws RestError */
async function readBody(request: Request): Promise<{ body: unknown; uploads: Uploads }> {
  const uploads = new Map<string, { name: string; bytes: Uint8Array }>();
  if (request.body === null) return { body: undefined, uploads };
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES)
    throw new RestError('entityTooLarge');
  const bytes = await readBounded(request.body);
  const type = request.headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) {
    return { body: bytes.length === 0 ? undefined : parseJson(Buffer.from(bytes).toString()), uploads };
  }
  const form = await parseForm(bytes, type);
  const payload = form.get('payload_json');
  for (const [field, value] of form.entries()) {
    const index = /^files\[(\d+)\]$/.exec(field)?.[1];
    if (index !== undefined && typeof value !== 'string') {
      uploads.set(index, { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
    }
  }
  return { body: typeof payload === 'string' ? parseJson(payload) : {}, uploads };
}

/** @throws RestError */
async function readBounded(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new RestError('entityTooLarge');
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

/** @throws RestError */
async function parseForm(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch {
    throw formError([], 'BASE_TYPE_INVALID', 'The multipart body cannot be read.');
  }
}

/** @throws RestError */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError('invalidJson');
  }
}

function describeBody(body: unknown, uploads: Uploads): unknown {
  if (uploads.size === 0) return body;
  const files = [...uploads].map(([index, { bytes }]) => [`files[${index}]`, `${bytes.length} bytes`]);
  return { ...(body as object), ...Object.fromEntries(files) };
}

function record(
  options: RestServerOptions,
  context: Context,
  path: string | null,
  requestBody: unknown,
  answer: RestAnswer,
): void {
  const header = (name: string): Record<string, string> => {
    const value = context.req.header(name);
    return value === undefined ? {} : { [name]: value };
  };
  options.recorder?.onExchange({
    method: context.req.method,
    path,
    url: context.req.url,
    requestHeaders: { ...header('content-type'), ...header('user-agent') },
    requestBody,
    status: answer.status,
    responseBody: answer.body ?? null,
  });
}
