import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { requestId } from 'hono/request-id';
import { createChartDrawer } from '../charts/chart-drawer.ts';
import type { WebConfig } from '../config/config.ts';
import { STYLES, type Style } from '../inference/engines/engine.ts';
import { MAX_IMAGE_BYTES } from '../inference/image/limits.ts';
import type { NarrationService } from '../inference/narration-service.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import type { Store } from '../store/store.ts';
import { apiRoutes } from './api-routes.ts';
import { clientOf } from './client-of.ts';
import { createDashboard, type DashboardOptions } from './dashboard.ts';
import { dashboardPage } from './dashboard-page.ts';
import { createRequestDescriber, type DescriberOptions, type WantedDescription } from './describe-request.ts';
import { explainFailure } from './explain-failure.ts';
import { CHART_SECURITY_POLICY, refuseForeignPages, requireToken, secureHeaders } from './guard-request.ts';
import { openApiDocument } from './openapi.ts';
import { noteRequests, routeOf, type WebEnv, type WebLog } from './request-log.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import { type TryPage, tryPage } from './try-page.ts';
import { WebError } from './web-error.ts';

export interface WebOptions
  extends Omit<DescriberOptions, 'metrics'>,
    Pick<DashboardOptions, 'readGoals' | 'readBenchmark' | 'scheduled'> {
  readonly config: WebConfig;
  readonly store: Pick<Store, 'descriptions' | 'samples' | 'jobs' | 'ping'>;
  readonly narration: Pick<NarrationService, 'describe' | 'status'>;
  readonly metrics: ServiceMetrics;
  /** Why events cannot be answered; empty where they can. */
  readonly whyNotReady: () => readonly string[];
  readonly log: WebLog;
}

export interface Web {
  readonly url: string;
  /** Takes no more requests, and ends those at hand after a moment. */
  close(): Promise<void>;
}

const PAGE = path.join(import.meta.dirname, 'page');
const PAGE_FILES: Readonly<Record<string, string>> = {
  'style.css': 'text/css; charset=utf-8',
  'try.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
/** Room for the form around the image. */
const MAX_BODY_BYTES = MAX_IMAGE_BYTES + 100_000;
const PING_MS = 2000;
const CLOSE_MS = 2000;
/** Of the id that a proxy gives a request; a longer one is replaced. */
const MOST_ID_CHARS = 64;
/** Of one address, everything together but health and readiness. */
const REQUESTS_PER_MINUTE = 240;

/**
 * Serves the dashboard, the form, the API, health and metrics.
 *
 * @throws WebError `web-port-taken`, `web-address`
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { config, log } = options;
  const charts = createChartDrawer();
  const app = createApp(options, charts);
  let server: ServerType;
  try {
    server = await listen(app, config);
  } catch (error) {
    await charts.close();
    throw error;
  }
  server.on('error', error => log.error({ err: error }, 'the web server failed'));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}/`,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      const over = new AbortController();
      await Promise.race([promise, wait(CLOSE_MS, undefined, { signal: over.signal }).catch(() => {})]);
      over.abort();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await promise;
      await charts.close();
    },
  };
}

function createApp(options: WebOptions, charts: ReturnType<typeof createChartDrawer>): Hono<WebEnv> {
  const { config, store, narration, engines, metrics, whyNotReady, log } = options;
  const { readGoals, readBenchmark, scheduled } = options;
  const dashboard = createDashboard({
    ...{ store, readGoals, readBenchmark, scheduled, charts },
  });
  const describe = createRequestDescriber(options);
  const limiter = createRateLimiter(() => performance.now());
  const app = new Hono<WebEnv>();

  app.use(requestId({ limitLength: MOST_ID_CHARS }));
  app.use(noteRequests(log, metrics));
  app.use(secureHeaders);
  app.use(refuseForeignPages(config.host));

  app.get('/healthz', context => context.json({ status: 'ok' }));
  app.get('/readyz', async context => {
    const reasons = [...whyNotReady(), ...(await storeFault(store, context.get('log')))];
    return context.json({ ready: reasons.length === 0, reasons }, reasons.length === 0 ? 200 : 503);
  });
  app.get('/page/:file', async context => {
    const file = context.req.param('file');
    if (!Object.hasOwn(PAGE_FILES, file)) throw notFound();
    const headers = { 'content-type': PAGE_FILES[file]! };
    return context.body(await readFile(path.join(PAGE, file), 'utf8'), 200, headers);
  });

  app.use(async (context, next) => {
    const limit = { key: clientOf(context), perMinute: REQUESTS_PER_MINUTE };
    // Before the token, too: it cannot be guessed quickly.
    if (limiter.take([limit], 1) > 0) {
      throw new WebError('rate-limited', 'That is too many requests a minute: try again in a minute.');
    }
    await next();
  });
  app.use(requireToken(config.token));
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new WebError('body-too-large', 'That is more than 20 MB: take a smaller image.');
      },
    }),
  );

  app.get('/', async context => {
    const state = { reasons: whyNotReady(), engines: narration.status() };
    return context.html(dashboardPage(state, await dashboard.read(context.get('log'))));
  });
  app.get('/charts/:file{[a-z-]+\\.svg}', async context => {
    const svg = await dashboard.draw(context.req.param('file').slice(0, -'.svg'.length), context.get('log'));
    if (svg === null) throw notFound();
    return context.body(svg, 200, {
      'content-type': 'image/svg+xml',
      'content-security-policy': CHART_SECURITY_POLICY,
    });
  });
  app.get('/metrics', async context => {
    const { text, type } = await metrics.read();
    return context.body(text, 200, { 'content-type': type });
  });
  app.get('/openapi.json', context => context.json(openApiDocument(config.token !== null)));
  app.route('/api', apiRoutes({ describe, samples: store.samples, readGoals }));

  const empty: TryPage = { engines, style: 'brief', engine: engines[0]!, result: null, fault: null };
  app.get('/try', context => context.html(tryPage(empty)));
  app.post('/try', async context => {
    let wanted: Pick<TryPage, 'style' | 'engine'> = empty;
    const result = await describe(clientOf(context), context.req.raw.signal, async () => {
      const form = await readForm(context, engines);
      wanted = form;
      return form;
    });
    return context.html(tryPage({ ...empty, style: wanted.style, engine: wanted.engine, result }));
  });

  app.notFound(() => {
    throw notFound();
  });
  app.onError((error, context) => {
    const { status, code, message, isFault } = explainFailure(error);
    if (isFault) context.get('log').error({ err: error, route: routeOf(context) }, 'a request failed');
    if (status === 429 || status === 503) context.header('retry-after', '30');
    // The rest of the body is on its way: nothing else can come on this connection.
    if (status === 413) context.header('connection', 'close');
    if (context.req.path === '/try') return context.html(tryPage({ ...empty, fault: message }), status);
    return context.json({ error: { code, message } }, status);
  });

  return app;
}

/** The form of `/try`. Browsers send a file without a name and bytes where none was chosen. */
async function readForm(
  context: Context,
  engines: readonly string[],
): Promise<WantedDescription & { readonly engine: string }> {
  const form = await context.req.formData();
  const [image, url] = [form.get('image'), String(form.get('url') ?? '').trim()];
  const style = STYLES.find(name => name === form.get('style')) ?? ('brief' satisfies Style);
  const engine = engines.find(name => name === form.get('engine')) ?? engines[0]!;
  if (image instanceof File && image.size > 0) {
    return { image: new Uint8Array(await image.arrayBuffer()), style, engine };
  }
  if (url === '') throw new WebError('bad-request', 'Choose an image, or give its address.');
  return { image: url, style, engine };
}

/** @returns a sentence where the store does not answer soon */
async function storeFault(store: Pick<Store, 'ping'>, log: WebLog): Promise<string[]> {
  const over = new AbortController();
  try {
    const late = wait(PING_MS, undefined, { signal: over.signal }).then(() => {
      throw new Error(`no answer within ${PING_MS} ms`);
    });
    await Promise.race([store.ping(), late]);
    return [];
  } catch (error) {
    log.error({ err: error }, 'not ready: the store does not answer');
    return ['What is kept cannot be reached: the log says why.'];
  } finally {
    over.abort();
  }
}

function notFound(): WebError {
  return new WebError('not-found', 'There is nothing here.');
}

async function listen(app: Hono<WebEnv>, { host, port }: WebConfig): Promise<ServerType> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = serve({ fetch: app.fetch, hostname: host, port }, () => resolve());
  server.once('error', (error: NodeJS.ErrnoException) => {
    reject(
      error.code === 'EADDRINUSE'
        ? new WebError(
            'web-port-taken',
            `Port ${port} is taken: name another in NARRATOR_WEB_PORT (0 takes any).`,
            { cause: error },
          )
        : new WebError(
            'web-address',
            `The pages cannot be served at ${host}, port ${port}: see NARRATOR_WEB_HOST.`,
            {
              cause: error,
            },
          ),
    );
  });
  await promise;
  return server;
}
