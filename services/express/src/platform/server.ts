import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Connections } from './connections.ts';

const HEAD_MILLIS = 10_000;
const REQUEST_MILLIS = 60_000; // for a whole body
const IDLE_MILLIS = 65_000; // between two requests: longer than a balancer keeps a connection
const SILENT_MILLIS = 120_000; // on a connection that takes or sends nothing
const STOP_MILLIS = 7_000;

export interface RunningServer {
  port: number;
  /** Lets running requests finish, for a while, and resolves when no connection is left. */
  stop: () => Promise<void>;
}

export async function listen(app: RequestListener, host: string, port: number): Promise<RunningServer> {
  const server = createServer({
    headersTimeout: HEAD_MILLIS,
    requestTimeout: REQUEST_MILLIS,
    keepAliveTimeout: IDLE_MILLIS,
    connectionsCheckingInterval: 1_000,
  });
  server.timeout = SILENT_MILLIS;
  const connections = new Connections(server, app);
  server.listen(port, host);
  await once(server, 'listening');
  return { port: portOf(server), stop: () => stop(server, connections) };
}

async function stop(server: Server, connections: Connections): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  connections.stop();
  const deadline = setTimeout(() => {
    server.closeAllConnections();
  }, STOP_MILLIS);
  await closed;
  clearTimeout(deadline);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
