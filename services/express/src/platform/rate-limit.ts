import { sql } from 'kysely';
import type { Database } from './database.ts';
import { Problem } from './problem.ts';

export interface Limit {
  name: string;
  burst: number;
  /** Seconds from one request to the next, once the burst is used up. */
  interval: number;
}

/**
 * Takes one request from a limit that all processes share, or throws 429. It runs on the pool, never in a transaction of
 * the caller: what is rolled back later has been counted all the same (RATE-2).
 */
export async function take(db: Database, { name, burst, interval }: Limit, subject: string): Promise<void> {
  const { rows } = await sql<{ allowed: boolean; retry_after: number }>`
    select allowed, retry_after
    from rate_take(${`${name}:${subject}`}, ${burst}::integer, ${interval}::double precision)`.execute(db);
  const [taken] = rows;
  if (taken?.allowed) return;
  const seconds = String(taken?.retry_after);
  throw new Problem('rate_limited', {
    headers: {
      'Retry-After': seconds,
      'RateLimit-Policy': `"${name}";q=${burst};w=${burst * interval}`,
      RateLimit: `"${name}";r=0;t=${seconds}`,
    },
  });
}
