import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../config/env.ts';
import { WebError } from './web-error.ts';

/** The pages run one script and one style sheet of their own and show charts of their own; nothing else is loaded. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** ECharts writes style attributes. As the source of an `img` a file loads and runs nothing anyway. */
export const CHART_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: a form would then be sent with `Origin: null`, and be taken for another page's.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** Puts the headers on every answer, refusals too. */
export const secureHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  }
};

/**
 * Keeps other web pages out. On loopback the host's name must be one of this machine: after DNS rebinding it is the
 * attacker's. A page cannot set Host, Origin or Sec-Fetch-Site (https://fetch.spec.whatwg.org/#forbidden-request-header);
 * programs send neither of the last two.
 */
export function refuseForeignPages(host: string): MiddlewareHandler {
  const isLocal = isLoopback(host);
  return async ({ req }, next) => {
    const named = req.header('host') ?? '';
    if (isLocal && !isLoopback(named.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''))) {
      throw new WebError(
        'foreign-page',
        'This address answers to the names of this machine alone: localhost, 127.0.0.1 or [::1].',
      );
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      const origin = req.header('origin');
      const site = req.header('sec-fetch-site') ?? 'same-origin';
      const isOwn = origin === undefined || URL.parse(origin)?.host === named;
      if (!isOwn || !['same-origin', 'none'].includes(site)) {
        throw new WebError('foreign-page', 'Pages of other sites may not send anything here.');
      }
    }
    await next();
  };
}

/**
 * Asks for the token: as `Bearer`, or by Basic authentication as the password of any name, which is what browsers ask
 * people for.
 *
 * @param token null lets everyone in
 */
export function requireToken(token: string | null): MiddlewareHandler {
  const wanted = token === null ? null : digest(token);
  return async (context, next) => {
    if (wanted === null || timingSafeEqual(digest(tokenOf(context.req.header('authorization'))), wanted)) {
      return await next();
    }
    context.header('www-authenticate', 'Basic realm="Visual Narrator", charset="UTF-8"');
    throw new WebError('no-token', 'Send the token: Authorization: Bearer …, or as the password.');
  };
}

/** Of the same length whatever was sent, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function tokenOf(authorization = ''): string {
  const [, scheme = '', value = ''] = /^(bearer|basic) +([\w.~+/=-]{1,1000})$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}
