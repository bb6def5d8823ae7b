import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ArmedFailures } from '../armed-failures.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import { SlackApiError } from './api-error.ts';
import type { InstalledApp } from './app.ts';
import { mimetypeOf } from './files.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Uploads } from './uploads.ts';
import type { WebApi } from './web-api/serve-method.ts';
import type { World } from './world.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_UPLOAD_BYTES = 65 * 1024 * 1024;

export interface HttpParts {
  readonly world: World;
  readonly app: InstalledApp;
  readonly api: WebApi;
  readonly responseUrls: ResponseUrls;
  readonly uploads: Uploads;
  readonly failures: ArmedFailures;
  readonly recorder: ExchangeRecorder | undefined;
}

/** What the app reaches by HTTP: the Web API, response URLs, uploads and files. */
export function createHttpApp(parts: HttpParts): Hono<{ Bindings: HttpBindings }> {
  const { world, app, api, responseUrls, uploads, failures } = parts;
  const http = new Hono<{ Bindings: HttpBindings }>();

  http.use(async (context, next) => {
    const failure = failures.take(context.req.path);
    if (failure === null) return next();
    if (failure.status !== 429)
      return context.text('the pretend Slack was told to fail', failure.status as 500);
    return context.json({ ok: false, error: 'ratelimited' }, 429, {
      'retry-after': String(failure.retryAfterSeconds),
    });
  });

  http.on(['GET', 'POST'], '/api/:method', bodyLimit({ maxSize: MAX_BODY_BYTES }), async context => {
    const method = context.req.param('method');
    const body = await readBody(context);
    const given = body === null ? {} : { ...context.req.query(), ...body };
    const token = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? tokenOf(given);
    const answer =
      body === null
        ? { status: 200, headers: {}, body: { ok: false, error: 'invalid_json' } }
        : api.call(method, token, given);
    const { token: _, ...requestBody } = given;
    record(parts, context, `/${method}`, requestBody, answer.status, answer.body);
    return context.json(answer.body, answer.status as 200, answer.headers);
  });

  http.post(
    '/:kind{actions|commands}/:team/:id/:key',
    bodyLimit({ maxSize: MAX_BODY_BYTES }),
    async context => {
      const body = await readBody(context);
      const [status, answer] = respond(
        body,
        given => responseUrls.answer(context.req.param('key'), given),
        world,
      );
      record(parts, context, null, body, status, answer);
      return context.json(answer, status);
    },
  );

  http.post('/upload/v1/:key', bodyLimit({ maxSize: MAX_UPLOAD_BYTES }), async context => {
    const bytes = await readUpload(context);
    const fault = uploads.fill(context.req.param('key'), bytes);
    record(parts, context, null, `${bytes.length} bytes`, fault === null ? 200 : 400, null);
    if (fault === null) return context.text(`OK - ${bytes.length}`);
    world.problems.add('upload', fault);
    return context.text(fault, 400);
  });

  const serveFile = (context: Context, id: string) => {
    const [, fileId, generation] = id.split('-');
    const file = fileId === undefined ? undefined : world.files.get(fileId);
    const isAuthorised =
      context.req.header('authorization') === `Bearer ${app.botToken}` && app.scopes.has('files:read');
    if (!isAuthorised) {
      // Slack sends whoever it does not know to its login page, with a status of success in the end.
      world.problems.add(
        'GET url_private',
        'no bot token with files:read: Slack answers with its login page',
      );
      return context.redirect(`/login?redir=${encodeURIComponent(context.req.path)}`, 302);
    }
    const isGone = file === undefined || file.isDeleted || String(file.generation) !== generation;
    if (isGone) return context.html('<!doctype html><title>File not found | Slack</title>', 404);
    return context.body(Buffer.from(file.bytes), 200, { 'content-type': mimetypeOf(file) });
  };
  http.get('/files-pri/:id/download/:name', context => serveFile(context, context.req.param('id')));
  http.get('/files-pri/:id/:name', context => serveFile(context, context.req.param('id')));

  http.get('/login', context =>
    context.html('<!doctype html><title>Lighthouse - Slack</title><h1>Sign in to Lighthouse</h1>'),
  );
  return http;
}

/** Listens, and resolves once the port is known. Requests wait until an app is mounted. */
export function listen(
  host: string,
  port: number,
): Promise<{
  readonly server: ServerType;
  readonly port: number;
  mount(http: Hono<{ Bindings: HttpBindings }>): void;
}> {
  const mounted = Promise.withResolvers<Hono<{ Bindings: HttpBindings }>>();
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: async (request, env) => (await mounted.promise).fetch(request, env), hostname: host, port },
      info => {
        server.off('error', reject);
        resolve({ server, port: info.port, mount: mounted.resolve });
      },
    );
    server.once('error', reject);
  });
}

function respond(
  body: Record<string, unknown> | null,
  act: (given: Record<string, unknown>) => void,
  world: World,
): readonly [status: 200 | 400 | 404, answer: Record<string, unknown>] {
  if (body === null) return [400, { ok: false, error: 'invalid_json' }];
  try {
    act(body);
    return [200, { ok: true }];
  } catch (error) {
    if (!(error instanceof SlackApiError)) throw error;
    if (error.isFaultOfApp) world.problems.add('response_url', error.describe());
    const isUrlOver = error.code === 'used_url' || error.code === 'expired_url';
    return [isUrlOver ? 404 : 400, { ok: false, error: error.code, ...error.details }];
  }
}

/** A form or JSON; null where it is neither. */
async function readBody(context: Context): Promise<Record<string, unknown> | null> {
  const body = await context.req.text();
  if (body === '') return {};
  if (!/^application\/json\b/.test(context.req.header('content-type') ?? '')) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The bytes as they are, or the file of a form. */
async function readUpload(context: Context): Promise<Uint8Array> {
  if (!/^multipart\/form-data\b/.test(context.req.header('content-type') ?? '')) {
    return new Uint8Array(await context.req.arrayBuffer());
  }
  const form = await context.req.formData();
  const file = [...form.values()].find(value => typeof value !== 'string');
  return file === undefined ? new Uint8Array() : new Uint8Array(await file.arrayBuffer());
}

function tokenOf(given: Readonly<Record<string, unknown>>): string | undefined {
  return typeof given.token === 'string' ? given.token : undefined;
}

function record(
  parts: HttpParts,
  context: Context,
  path: string | null,
  requestBody: unknown,
  status: number,
  responseBody: unknown,
): void {
  const contentType = context.req.header('content-type');
  parts.recorder?.onExchange({
    method: context.req.method,
    path,
    url: context.req.url,
    requestHeaders: contentType === undefined ? {} : { 'content-type': contentType },
    requestBody,
    status,
    responseBody,
  });
}
