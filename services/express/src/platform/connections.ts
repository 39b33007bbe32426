import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from './problem.ts';

const LINGER_MILLIS = 1_000;

interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
}

type ParseError = Error & { code?: string };
const STATUS: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * What node:http leaves open about connections: one request at a time on each, refusals behind the answers to what came
 * before them, and an end for all of them.
 */
export class Connections {
  readonly #open = new Map<Socket, Exchange | undefined>();
  readonly #refused = new WeakSet<Socket>();
  #stopping = false;

  constructor(server: Server, app: RequestListener) {
    // @types/node does not know it: a client that has said everything still waits for its answer.
    (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
    server.on('connection', (socket: Socket) => {
      this.#open.set(socket, undefined);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('request', (req, res) => {
      this.#request(app, { req, res });
    });
    server.on('clientError', (error: ParseError, socket) => {
      this.#refuse(error, socket as Socket);
    });
  }

  /** Ends connections on which nothing runs, now and as soon as that is so. */
  stop(): void {
    this.#stopping = true;
    for (const [socket, exchange] of this.#open) {
      if (!exchange || exchange.res.closed) socket.destroySoon();
    }
  }

  #request(app: RequestListener, exchange: Exchange): void {
    const { req, res } = exchange;
    const { socket } = req;
    if (this.#refused.has(socket)) return; // it stands behind what was refused, and may be smuggled
    const before = this.#open.get(socket);
    this.#open.set(socket, exchange);
    res.once('close', () => {
      if (this.#stopping && this.#open.get(socket) === exchange) socket.destroySoon();
    });
    const serve = () => {
      if (isAmbiguous(req)) {
        this.#refused.add(socket);
        res.writeHead(400, { Connection: 'close' }).end();
      } else {
        if (this.#stopping) res.shouldKeepAlive = false;
        app(req, res);
      }
    };
    // node:http begins all requests of a packet at once. A later one has to see what an earlier one has done.
    if (!before || before.res.closed) serve();
    else before.res.once('close', serve);
  }

  /** Something on the socket is no HTTP, or too late. */
  #refuse(error: ParseError, socket: Socket): void {
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const last = this.#open.get(socket);
    if (last && !last.req.complete && !last.res.headersSent && last.req.listenerCount('error') > 0) {
      // A body went wrong that somebody reads: that request is answered with 400.
      last.res.shouldKeepAlive = false;
      last.req.emit('error', new Problem('malformed_json', { cause: error }));
      return;
    }
    const end = () => {
      const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
      const answered = last !== undefined && !last.req.complete;
      socket.end(answered ? '' : `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      setTimeout(() => socket.destroy(), LINGER_MILLIS).unref(); // at once it would take the answer with it
    };
    if (!last || last.res.closed) end();
    else last.res.once('close', end);
  }
}

/** RFC 9112: a proxy may have seen another end of this body, or another host. llhttp lets these pass. */
function isAmbiguous({ headersDistinct }: IncomingMessage): boolean {
  const codings = headersDistinct['transfer-encoding'];
  if (codings && (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked')) return true;
  return (headersDistinct['host']?.length ?? 0) > 1;
}
