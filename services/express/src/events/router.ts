import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Dependencies } from '../app.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { EXACT } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import { validateQuery } from '../platform/validate.ts';
import { BATCH, lastEventId, listEvents, type Event, type Topic } from './repository.ts';

const POLL_MILLIS = 5_000; // a hint may get lost
const LAST_EVENT_ID = /^\d{1,18}$/;

const StreamQuery = z.strictObject({ topic: z.enum(['stock', 'orders']) });

/** What one client follows, and where it begins. */
interface Stream {
  topic: Topic;
  owner: string | undefined;
  last: string;
}

export function createEventsRouter({ db, hub, auth, config }: Dependencies): Router {
  const router = Router(EXACT);
  const pingMillis = config.SSE_PING_SECONDS * 1000;
  router.route('/events').get(streamEvents).all(methodNotAllowed);
  return router;

  async function streamEvents(req: Request, res: Response): Promise<void> {
    const caller = req.query.topic === 'orders' ? await auth.identify(req) : undefined;
    const { topic } = validateQuery(StreamQuery, req);
    const resumed = lastSeen(req);
    const session = await hub.session();
    if (!session) throw new Problem('service_unavailable');
    // After LISTEN: what is committed from now on is either behind this position or hinted at.
    const last = resumed ?? (await lastEventId(db));
    res.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    const left = new AbortController();
    res.once('close', () => {
      left.abort();
    });
    const owner = caller?.isAdmin === false ? caller.id : undefined;
    const ends = AbortSignal.any([session, left.signal]);
    const text = Readable.from(follow({ topic, owner, last }, ends), { highWaterMark: 1 });
    await pipeline(text, res).catch((error: unknown) => {
      if (!ends.aborted) throw error;
    });
  }

  /** The text of a stream until the signal comes. It holds a connection of the pool only while it reads. */
  async function* follow({ topic, owner, last }: Stream, signal: AbortSignal): AsyncGenerator<string> {
    yield 'retry: 2000\n\n';
    let spoken = Date.now();
    do {
      const seen = hub.hints(topic);
      const events = await listEvents(db, topic, owner, last);
      if (events.length > 0) {
        yield events.map(format).join('');
        spoken = Date.now();
        last = events.at(-1)?.id ?? last;
        if (events.length === BATCH) continue;
      }
      const polled = Date.now();
      while (!signal.aborted && hub.hints(topic) === seen && Date.now() - polled < POLL_MILLIS) {
        const now = Date.now();
        await hub.wait(topic, seen, Math.min(spoken + pingMillis, polled + POLL_MILLIS) - now, signal);
        if (Date.now() - spoken < pingMillis || hub.hints(topic) !== seen) continue;
        yield ': ping\n\n';
        spoken = Date.now();
      }
    } while (!signal.aborted);
  }
}

const format = ({ id, type, data }: Event) => `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`;

function lastSeen(req: Request): string | undefined {
  const [line, another] = req.headersDistinct['last-event-id'] ?? [];
  if (line === undefined) return undefined;
  if (another !== undefined || !LAST_EVENT_ID.test(line)) throw new Problem('invalid_header');
  return line;
}
