import type { Context, MiddlewareHandler } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import { matchedRoutes } from 'hono/route';
import type { ServiceMetrics } from './service-metrics.ts';

export interface WebLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What each request carries: its id, and the log that puts the id into its lines. */
export interface WebEnv {
  Variables: RequestIdVariables & { log: WebLog };
}

/** What is asked for all the time, by machines and by each page. */
const FREQUENT: readonly string[] = ['/healthz', '/readyz', '/metrics', '/page/:file'];
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

/**
 * Writes a line for each request and counts it. What else is written for the request goes through the log that it puts into
 * the context, so that all lines of a request have its id. The id is there already (hono's `requestId`).
 */
export function noteRequests(
  log: WebLog,
  metrics: Pick<ServiceMetrics, 'answered'>,
): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const began = performance.now();
    const requestId = context.get('requestId');
    context.set('log', withRequestId(log, requestId));
    await next();
    const ms = performance.now() - began;
    const { status } = context.res;
    const route = routeOf(context);
    const method = METHODS.includes(context.req.method) ? context.req.method : 'other';
    metrics.answered(method, route, status, ms);
    const level = FREQUENT.includes(route) && status < 400 ? 'debug' : 'info';
    log[level]({ requestId, method, route, status, ms: Math.round(ms) }, 'answered a request');
  };
}

function withRequestId(log: WebLog, requestId: string): WebLog {
  return {
    debug: (fields, message) => log.debug({ requestId, ...fields }, message),
    info: (fields, message) => log.info({ requestId, ...fields }, message),
    error: (fields, message) => log.error({ requestId, ...fields }, message),
  };
}

/** The pattern of the route that answers: of those there are few, of paths there are as many as anyone sends. */
export function routeOf(context: Context): string {
  return matchedRoutes(context).findLast(({ path: pattern }) => !pattern.endsWith('*'))?.path ?? 'none';
}
