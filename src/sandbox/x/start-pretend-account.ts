import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { XAccount } from '../../config/config.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import type { Problem } from '../pretend-platform.ts';
import { ProblemLog } from '../problem-log.ts';
import { createOAuthCheck } from './verify-oauth.ts';
import { type XFaultKind, XFaults, type XStep } from './x-faults.ts';
import {
  duplicate,
  fault,
  serveAppend,
  serveFinalize,
  serveInitialize,
  serveMe,
  serveMetadata,
  servePost,
  serveTimeline,
  type XAnswer,
  type XNames,
} from './x-requests.ts';
import { type XMedia, type XPost, XWorld } from './x-world.ts';

export interface PretendAccountOptions {
  readonly now?: () => number;
  /** `guide` unless told. */
  readonly names?: XNames;
  readonly recorder?: ExchangeRecorder;
  /** Posts in 15 minutes, and in 24 hours. */
  readonly postsPerWindow?: number;
  readonly postsPerDay?: number;
  /** Does not refuse what X would refuse as a duplicate: for controls. */
  readonly takesDuplicates?: boolean;
  /** Told of each request, before and after it is served. */
  readonly onStep?: (step: XStep, phase: 'before' | 'after') => void;
}

export interface PretendAccount {
  /** For the poster. */
  readonly account: XAccount & { readonly baseUrl: string };
  readonly username: string;
  /** What is to go wrong. */
  readonly faults: XFaults;
  /** The oldest first. */
  posts(): readonly XPost[];
  media(id: string): XMedia | undefined;
  /** Posts that were refused since their text was there. */
  refusedDuplicates(): number;
  /** A post of the account's owner, made elsewhere. */
  addPost(text: string): XPost;
  /** Requests that X would not have understood, or that we would be ashamed of. */
  problems(): readonly Problem[];
  close(): Promise<void>;
}

const KEYS = {
  apiKey: 'pretendApiKey',
  apiSecret: 'pretendApiSecret0123456789',
  accessToken: '42-pretendAccessToken',
  accessSecret: 'pretendAccessSecret0123456789',
};
const WINDOW_MS = 900_000;
const DAY_MS = 86_400_000;
const LIMITED_MS = 1000;

interface Route {
  readonly step: XStep;
  readonly method: 'GET' | 'POST';
  /** As X's API description writes it. */
  readonly path: string;
  readonly serve: (request: { readonly id: string; readonly url: URL; readonly body: unknown }) => XAnswer;
}

/** Starts an X on loopback with one account that posts: `POST /2/tweets`, its timeline and the upload of pictures. */
export async function startPretendAccount(options: PretendAccountOptions = {}): Promise<PretendAccount> {
  const { now = Date.now, names = 'guide', recorder, onStep = () => {} } = options;
  const world = new XWorld('42', 'narrator', now);
  const faults = new XFaults();
  const problems = new ProblemLog(now);
  const whyNotAuthorised = createOAuthCheck(KEYS, now);
  const limits = createLimits(options, now);
  const over = new AbortController();
  const app = new Hono<{ Bindings: HttpBindings }>();

  const routes: readonly Route[] = [
    { step: 'me', method: 'GET', path: '/2/users/me', serve: () => serveMe(world) },
    {
      step: 'timeline',
      method: 'GET',
      path: '/2/users/{id}/tweets',
      serve: ({ id, url }) => serveTimeline(world, id, url.searchParams, names, faults.timelineLagMs),
    },
    { step: 'send', method: 'POST', path: '/2/tweets', serve: ({ body }) => sendPost(body) },
    {
      step: 'initialize',
      method: 'POST',
      path: '/2/media/upload/initialize',
      serve: ({ body }) => serveInitialize(world, body),
    },
    {
      step: 'append',
      method: 'POST',
      path: '/2/media/upload/{id}/append',
      serve: ({ id, body }) => serveAppend(world, id, body),
    },
    {
      step: 'finalize',
      method: 'POST',
      path: '/2/media/upload/{id}/finalize',
      serve: ({ id }) => serveFinalize(world, id),
    },
    {
      step: 'metadata',
      method: 'POST',
      path: '/2/media/metadata',
      serve: ({ body }) => serveMetadata(world, body),
    },
  ];

  function sendPost(body: unknown): XAnswer {
    if (limits.isOver()) return fault(429, 'Too Many Requests', 'Too Many Requests');
    const answer = servePost(world, body, options.takesDuplicates);
    if (answer.status === 201) {
      limits.spend();
      const post = world.posts().at(-1)!;
      if (post.mediaIds.some(id => !world.media(id)?.altText))
        problems.add('send', 'a picture without alt text');
    }
    return answer;
  }

  for (const route of routes) {
    const { step, method, path } = route;
    app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), async context => {
      const url = new URL(context.req.url);
      const body = await readBody(context);
      const kind = faults.take(step);
      onStep(step, 'before');
      if (kind === 'before') return drop(context);
      if (kind === 'late') await wait(faults.lateMs, undefined, { signal: over.signal }).catch(() => {});
      const why = whyNotAuthorised(method, url, context.req.header('authorization') ?? '');
      const answer =
        why !== null
          ? fault(401, 'Unauthorized', 'Unauthorized')
          : (answerOf(kind) ?? route.serve({ id: context.req.param('id') ?? '', url, body }));
      if (why !== null) problems.add(step, why);
      else if (answer.status === 400 && kind === null) problems.add(step, JSON.stringify(answer.body));
      recorder?.onExchange({
        ...{ method, path, url: context.req.url, status: answer.status, responseBody: answer.body },
        requestHeaders: { 'content-type': context.req.header('content-type') ?? '' },
        requestBody: recordable(body),
      });
      onStep(step, 'after');
      if (kind === 'after') return drop(context);
      if (kind === 'failing-after') return context.text('upstream connect error', 503);
      const headers = kind === 'limited' ? limitedHeaders(now()) : limits.headers(step);
      for (const [name, value] of Object.entries(headers)) context.header(name, value);
      if (kind === 'cut') {
        const text = JSON.stringify(answer.body);
        return context.body(text.slice(0, text.length / 2), 200, { 'content-type': 'application/json' });
      }
      return context.json(answer.body, answer.status as 200);
    });
  }
  app.notFound(context => {
    problems.add(`${context.req.method} ${context.req.path}`, 'no such route');
    return context.json({ title: 'Not Found Error', code: 404, message: 'Not Found' }, 404);
  });
  app.onError((error, context) => {
    problems.add(`${context.req.method} ${context.req.path}`, `the sandbox failed: ${error.stack}`);
    return context.json({ code: 500, message: 'Internal Server Error' }, 500);
  });

  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    account: { ...KEYS, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    username: world.username,
    faults,
    posts: () => world.posts(),
    media: id => world.media(id),
    refusedDuplicates: () => world.refusedDuplicates,
    addPost: text => world.addPost(text, null, []),
    problems: () => problems.all(),
    async close() {
      over.abort();
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function answerOf(kind: XFaultKind | null): XAnswer | null {
  switch (kind) {
    case 'failing':
      return fault(503, 'Service Unavailable', 'Over capacity');
    case 'limited':
      return fault(429, 'Too Many Requests', 'Too Many Requests');
    case 'duplicate':
      return duplicate();
    case 'refused':
      return fault(400, 'Invalid Request', 'One or more parameters to your request was invalid.');
    case 'unauthorised':
      return fault(401, 'Unauthorized', 'Unauthorized');
    case 'forbidden':
      return fault(403, 'Forbidden', 'You are not permitted to perform this action.');
    default:
      return null;
  }
}

function drop(context: Context<{ Bindings: HttpBindings }>): Response {
  context.env.incoming.socket.destroy();
  return context.body(null);
}

/** JSON, the fields of a form with a file as bytes, or null. */
async function readBody(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) {
    const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(type);
    return readForm(Buffer.from(await context.req.arrayBuffer()), boundary?.[1] ?? boundary?.[2] ?? '');
  }
  const text = await context.req.text();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** RFC 7578. Not by `Request.formData`: X's clients send a file without a name, which that takes for text. */
function readForm(bytes: Buffer, boundary: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const mark = `--${boundary}`;
  for (let at = bytes.indexOf(mark); at >= 0; ) {
    const next = bytes.indexOf(`\r\n${mark}`, at + mark.length);
    if (next < 0) break;
    const part = bytes.subarray(at + mark.length + 2, next);
    const gap = part.indexOf('\r\n\r\n');
    const header = part.subarray(0, gap).toString();
    const value = part.subarray(gap + 4);
    const name = /name="([^"]*)"/.exec(header)?.[1];
    if (name !== undefined) {
      fields[name] = /content-type: *application\/octet-stream/i.test(header)
        ? new Uint8Array(value)
        : value.toString();
    }
    at = next + 2;
  }
  return fields;
}

function recordable(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('media' in body && body.media instanceof Uint8Array)) {
    return body;
  }
  const { segment_index: index } = body as { segment_index?: unknown };
  return { media: `${body.media.length} bytes`, segment_index: Number(index) };
}

function limitedHeaders(now: number): Record<string, string> {
  return {
    'x-rate-limit-limit': '100',
    'x-rate-limit-remaining': '0',
    // To the second, so that it is over by then.
    'x-rate-limit-reset': String(Math.floor((now + LIMITED_MS) / 1000)),
  };
}

/** X counts posts in windows of 15 minutes and of a day. */
function createLimits(
  { postsPerWindow = 100, postsPerDay = 10_000 }: PretendAccountOptions,
  now: () => number,
) {
  const spans = [
    { name: 'x-rate-limit', most: postsPerWindow, ms: WINDOW_MS, window: 0, spent: 0 },
    { name: 'x-app-limit-24hour', most: postsPerDay, ms: DAY_MS, window: 0, spent: 0 },
  ];
  const turn = () => {
    for (const span of spans) {
      const window = Math.floor(now() / span.ms);
      if (span.window !== window) Object.assign(span, { window, spent: 0 });
    }
    return spans;
  };
  return {
    isOver: () => turn().some(({ spent, most }) => spent >= most),
    spend() {
      for (const span of turn()) span.spent++;
    },
    headers(step: XStep): Record<string, string> {
      if (step !== 'send') return {};
      return Object.fromEntries(
        turn().flatMap(({ name, most, spent, window, ms }) => [
          [`${name}-limit`, String(most)],
          [`${name}-remaining`, String(most - spent)],
          [`${name}-reset`, String(((window + 1) * ms) / 1000)],
        ]),
      );
    },
  };
}
