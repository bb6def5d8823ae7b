import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LocalServer {
  readonly port: number;
  /** `127.0.0.1:<port>`, as an allow-list names it. */
  readonly address: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
  /** Connections accepted so far. */
  connections(): number;
  /** Resolves once every connection is closed. */
  allClosed(): Promise<void>;
}

/** An HTTP server on a free loopback port until the test ends. */
export async function serveHttp(listener: RequestListener): Promise<LocalServer> {
  return await start(createServer(listener));
}

/** A bare TCP server, for answers that no HTTP library would give. */
export async function serveTcp(onConnection: (socket: Socket) => void): Promise<LocalServer> {
  return await start(createTcpServer(onConnection));
}

async function start(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const closings: Promise<void>[] = [];
  server.on('connection', socket => {
    sockets.add(socket);
    closings.push(new Promise(resolve => socket.on('close', () => resolve())));
    socket.on('close', () => sockets.delete(socket));
    // Clients that hang up are what these servers are for.
    socket.on('error', () => {});
    // A socket that nobody reads never notices that it was closed.
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    if (!server.listening) return;
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  onTestFinished(stop);
  const { port } = server.address() as AddressInfo;
  const address = `127.0.0.1:${port}`;
  return {
    port,
    address,
    url: `http://${address}`,
    stop,
    connections: () => closings.length,
    async allClosed() {
      await Promise.all(closings);
    },
  };
}
