import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import type { DatabaseUrl } from '../platform/config.ts';

const RECONNECT_MILLIS = 1_000;
const LISTEN_WITHIN_MILLIS = 1_000; // a new stream waits so long for the connection

/**
 * The one LISTEN connection of a process, outside of the pool. With it all its streams end: their clients resume, and what
 * was notified in between stands in the table.
 */
export class Hub {
  readonly #connection: DatabaseUrl;
  readonly #log: Logger;
  readonly #signals = new EventEmitter().setMaxListeners(0);
  readonly #hints = new Map<string, number>();
  readonly #closing = new AbortController();
  #session: AbortController | undefined;

  constructor(connection: DatabaseUrl, log: Logger) {
    this.#connection = connection;
    this.#log = log;
    void this.#run();
  }

  /** Ends all streams. */
  close(): void {
    this.#closing.abort();
    this.#session?.abort();
  }

  /** Resolves while LISTEN is active, with a signal that comes when it no longer is; undefined if it does not come. */
  async session(): Promise<AbortSignal | undefined> {
    if (!this.#session && !this.#closing.signal.aborted) {
      await once(this.#signals, 'listening', { signal: AbortSignal.timeout(LISTEN_WITHIN_MILLIS) }).catch(
        () => undefined,
      );
    }
    return this.#session?.signal;
  }

  /** How many hints a topic has had. To be asked before the table is read. */
  hints(topic: string): number {
    return this.#hints.get(topic) ?? 0;
  }

  /** Waits for a hint that `seen` does not count, for a time, or until the signal comes. */
  async wait(topic: string, seen: number, millis: number, signal: AbortSignal): Promise<void> {
    if (this.hints(topic) !== seen || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#signals.off(topic, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      this.#signals.on(topic, done);
      signal.addEventListener('abort', done);
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const error: unknown = await this.#listen(signal).catch((reason: unknown) => reason);
      if (error !== signal.reason) this.#log.warn({ err: error }, 'not listening for events');
      this.#session?.abort();
      this.#session = undefined;
      await sleep(RECONNECT_MILLIS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const client = new pg.Client({ ...this.#connection, keepAlive: true, connectionTimeoutMillis: 5_000 });
    const lost = new Promise<never>((_resolve, reject) => {
      client.once('error', reject);
      client.once('end', () => {
        reject(new Error('the connection has ended'));
      });
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    lost.catch(() => undefined);
    client.on('error', () => undefined);
    client.on('notification', ({ payload = '' }) => {
      this.#hint(payload.slice(0, payload.indexOf(':')));
    });
    try {
      await Promise.race([client.connect(), lost]);
      await Promise.race([client.query('listen shop_events'), lost]);
      this.#session = new AbortController();
      this.#signals.emit('listening');
      await lost;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #hint(topic: string): void {
    this.#hints.set(topic, this.hints(topic) + 1);
    this.#signals.emit(topic);
  }
}
