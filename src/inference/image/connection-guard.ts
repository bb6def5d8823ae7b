import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './address-guard.ts';

export interface GuardOptions {
  /**
   * Addresses that may be connected to although they are not public, each an IP address and a port
   * (`127.0.0.1:8080`, `[::1]:8080`): for local servers in tests and the sandbox. All else stays guarded.
   */
  readonly allowedAddresses?: readonly string[];
  /** Resolves host names, with the contract of `dns.lookup` with `all`. The system's unless told. */
  readonly lookup?: LookupFunction;
}

/** The address is private or reserved, and not on the allow-list. */
export class ForbiddenAddressError extends Error {}

export interface ConnectionGuard {
  /**
   * Refuses a host that is written as a forbidden address: for those, no lookup is ever made.
   *
   * @throws ForbiddenAddressError
   */
  checkHost(url: URL): void;
  /** Makes undici's connections, the addresses looked up and connected to checked. `signal` ends attempts to connect. */
  connector(limits: { readonly signal?: AbortSignal; readonly timeoutMs: number }): buildConnector.connector;
}

/** Lets connections be made to public addresses and to those of the allow-list. */
export function createConnectionGuard(options: GuardOptions): ConnectionGuard {
  const resolve = options.lookup ?? systemLookup;
  const allowed = new Set(options.allowedAddresses);
  const mayConnect = (address: string, port: number) =>
    isPublicAddress(address) ||
    allowed.has(isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`);

  return {
    checkHost(url) {
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !mayConnect(host, portOf(url))) throw new ForbiddenAddressError(host);
    },
    connector: ({ signal, timeoutMs }) =>
      function connect(target, callback) {
        const port = portOf(target);
        const lookup: LookupFunction = (host, lookupOptions, done) => {
          resolve(host, { ...lookupOptions, all: true }, (error, found) => {
            if (error) return done(error, []);
            const usable = (found as LookupAddress[]).filter(({ address }) => mayConnect(address, port));
            if (usable.length === 0) return done(new ForbiddenAddressError(host), []);
            if (lookupOptions.all) return done(null, usable);
            done(null, usable[0]!.address, usable[0]!.family);
          });
        };
        const connectOptions: SocketOptions = { lookup, timeout: timeoutMs, signal };
        buildConnector(connectOptions)(target, (error, socket) => {
          if (error) return callback(error, null);
          // The last word: whatever was looked up, this is where the bytes go. (None: it is closed again.)
          const { remoteAddress } = socket;
          if (remoteAddress && mayConnect(remoteAddress, port)) return callback(null, socket);
          socket.destroy();
          const refusal = remoteAddress && new ForbiddenAddressError(remoteAddress);
          callback(refusal || new Error('The connection closed as it opened'), null);
        });
      },
  };
}

/** undici hands these on to `net.connect` and `tls.connect`; its type lacks the signal that both take. */
type SocketOptions = buildConnector.BuildOptions & { readonly signal: AbortSignal | undefined };

function portOf({ port, protocol }: { port: string; protocol: string }): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}
