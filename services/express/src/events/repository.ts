import { sql } from 'kysely';
import type { Database } from '../platform/database.ts';

export type Topic = 'stock' | 'orders';

/** Ids are text: they may exceed 2^53. */
export interface Event {
  id: string;
  type: string;
  data: string;
}

export const BATCH = 500;

export async function lastEventId(db: Database): Promise<string> {
  const { rows } = await sql<{ id: string }>`select coalesce(max(id), 0)::text as id from events`.execute(db);
  return rows[0]?.id ?? '0';
}

/** The next events of a topic, of one owner or of all. */
export function listEvents(db: Database, topic: Topic, owner: string | undefined, after: string): Promise<Event[]> {
  const id = sql<string>`id::text`.as('id');
  let query = db
    .selectFrom('events')
    .select([id, 'type', 'data'])
    .where('topic', '=', topic)
    .where('events.id', '>', sql<string>`${after}::bigint`)
    .orderBy('events.id')
    .limit(BATCH);
  // A literal, or the partial index of owners would not be found.
  if (owner !== undefined) query = query.where('topic', '=', sql.lit('orders')).where('user_id', '=', owner);
  return query.execute();
}
