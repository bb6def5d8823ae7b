import type { MiddlewareHandler } from 'hono';

/** The page runs its own scripts and styles and shows its own pictures; nothing comes from or goes to anywhere else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/**
 * Keeps other web pages out of a server on loopback. The host's name must be one of its own: after DNS rebinding it is
 * the attacker's (https://fetch.spec.whatwg.org/#forbidden-request-header: a page cannot set Host, Origin or Sec-Fetch-*).
 * What changes anything must come from a page of this origin.
 *
 * @param port the one that the server listens on, known once it does
 */
export function guardRequest(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${port()}`);
    const host = req.header('host') ?? '';
    const origin = req.header('origin');
    const site = req.header('sec-fetch-site');
    const isOwn = origin === undefined ? undefined : origin === `http://${host}`;
    const changes = req.method !== 'GET' && req.method !== 'HEAD';
    // A link from elsewhere may open the page itself, and nothing more.
    const mayComeFrom = req.path === '/' && !changes ? true : site === undefined || site === 'same-origin';
    // Typed into the address bar: a picture, say.
    const isTyped = !changes && site === 'none';
    if (!hosts.includes(host) || isOwn === false || (changes && !isOwn) || !(mayComeFrom || isTyped)) {
      return context.json({ error: 'This playground answers its own page only.' }, 403);
    }
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    return;
  };
}
