import { Agent, type Dispatcher } from 'undici';
import { createConnectionGuard, type GuardOptions } from './connection-guard.ts';

export interface KeptConnectionsOptions extends GuardOptions {
  /**
   * Exact host names. Connections to them are kept over https and to the default port alone. A local server that is in
   * `allowedAddresses` is named with its port (`127.0.0.1:8080`).
   */
  readonly hosts: readonly string[];
}

/** Open connections to the hosts that a platform keeps its images on. */
export interface KeptConnections {
  serves(url: URL): boolean;
  readonly dispatcher: Dispatcher;
  /** Ends them, and what is being fetched over them. */
  close(): Promise<void>;
}

/** At a time, to a host. */
const MAX_CONNECTIONS = 16;
const CONNECT_MS = 15_000;
/** How long one is kept that nothing is fetched over. */
const IDLE_MS = 30_000;

/**
 * Keeps connections open between two images of one host: a fresh one costs a look-up, and the handshakes of TCP and TLS.
 * For a platform's own hosts, not for addresses that strangers give.
 */
export function keepConnections({ hosts, ...options }: KeptConnectionsOptions): KeptConnections {
  const dispatcher = new Agent({
    connect: createConnectionGuard(options).connector({ timeoutMs: CONNECT_MS }),
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    // Whoever fetches sets the limit for everything together.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    serves: url => isOwnHost(url, hosts, options.allowedAddresses),
    dispatcher,
    close: () => dispatcher.destroy(),
  };
}

/** Whether an address leads to one of the hosts and not to another service of it. */
export function isOwnHost(
  url: URL,
  hosts: readonly string[],
  allowedAddresses: readonly string[] = [],
): boolean {
  // `URL.host` has no port where it is the protocol's own.
  return hosts.includes(url.host) && (url.protocol === 'https:' || allowedAddresses.includes(url.host));
}
