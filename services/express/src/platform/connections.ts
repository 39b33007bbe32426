import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

const LINGER_MILLIS = 1_000;

interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  /** The one whose answer has to go first. */
  before: Exchange | undefined;
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
  readonly #app: RequestListener;
  readonly #last = new Map<Socket, Exchange | undefined>();
  readonly #refused = new WeakSet<Socket>();
  #stopping = false;

  constructor(server: Server, app: RequestListener) {
    this.#app = app;
    // @types/node does not know it: a client that has said everything still waits for its answer.
    (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
    server.on('connection', (socket: Socket) => {
      this.#last.set(socket, undefined);
      socket.once('close', () => this.#last.delete(socket));
    });
    server.on('request', (req, res) => {
      this.#accept(req, res);
    });
    // Otherwise node:http asks for bodies that nobody reads. Whether one comes then is not known.
    server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
      res.shouldKeepAlive = false;
      this.#accept(req, res);
    });
    server.on('clientError', (error: ParseError, socket) => {
      if (socket instanceof Socket) this.#refuse(error, socket);
    });
  }

  /** Ends connections on which nothing runs, now and as soon as that is so. */
  stop(): void {
    this.#stopping = true;
    for (const [socket, last] of this.#last) if (!isOpen(last)) socket.destroySoon();
  }

  /** node:http begins all requests of a packet at once, but a later one has to see what an earlier one has done. */
  #accept(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    if (this.#refused.has(socket)) return; // it stands behind what was refused, and may be smuggled
    const exchange: Exchange = { req, res, before: this.#last.get(socket) };
    this.#last.set(socket, exchange);
    after(exchange.before, () => {
      exchange.before = undefined;
      if (!this.#refused.has(socket) || req.complete) this.#serve(exchange);
    });
  }

  #serve({ req, res }: Exchange): void {
    if (isAmbiguous(req)) {
      this.#refused.add(req.socket);
      res.writeHead(400, { Connection: 'close' }).end();
      return;
    }
    if (this.#stopping) res.shouldKeepAlive = false;
    res.once('close', () => {
      if (this.#stopping) req.socket.destroySoon();
    });
    this.#app(req, res);
  }

  /** Something on the socket is no HTTP, or too late. */
  #refuse(error: ParseError, socket: Socket): void {
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const last = this.#last.get(socket);
    const broken = last && !last.req.complete ? last : undefined; // its own body is wrong
    after(broken ? broken.before : last, () => {
      const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
      const answered = broken?.res.headersSent ?? false;
      socket.end(answered ? '' : `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      setTimeout(() => socket.destroy(), LINGER_MILLIS).unref(); // at once it would take the answer with it
    });
  }
}

const isOpen = (exchange: Exchange | undefined): exchange is Exchange => exchange !== undefined && !exchange.res.closed;

function after(exchange: Exchange | undefined, next: () => void): void {
  if (isOpen(exchange)) exchange.res.once('close', next);
  else next();
}

/** RFC 9112: a proxy may have seen another end of this body, or another host. llhttp lets these pass, and HTTP/0.9. */
function isAmbiguous({ headersDistinct, httpVersionMajor }: IncomingMessage): boolean {
  const codings = headersDistinct['transfer-encoding'];
  if (codings && (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked')) return true;
  return httpVersionMajor !== 1 || (headersDistinct.host?.length ?? 0) > 1;
}
