import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DatabaseUrl } from './config.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

const ACQUIRE_MILLIS = 6_000; // for a free connection, or a new one
const QUERY_MILLIS = 20_000; // more than the role's statement_timeout: for a server that says nothing any more

// No bigint of the contract exceeds 2^53 - 1; ids of events, which may, are selected as text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

// Kysely sends no names of statements, and without one PostgreSQL parses and plans each anew. The texts are few.
const names = new Map<string, string>();
function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `shop_${names.size}`));
  return name;
}

/** A connection whose statements with parameters are prepared once. */
class PreparingClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // While a connection is in use nobody else listens, and its loss would end the process. Queries tell of it.
    this.on('error', () => undefined);
    const query = this.query.bind(this) as unknown as (config: object) => Promise<pg.QueryResult>;
    const prepared = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
      try {
        return await query(values.length > 0 ? { name: nameOf(text), text, values } : { text });
      } catch (error) {
        // The answer may still come, and would be taken for that of the next query.
        if (error instanceof Error && error.message === 'Query read timeout') void this.end();
        throw error;
      }
    };
    this.query = prepared as unknown as typeof this.query;
  }
}

export class ConnectionUnavailable extends Error {}

export interface PoolOptions {
  size: number;
  /** How many times a connection is lent. */
  uses?: number;
}

export function openDatabase(connection: DatabaseUrl, { size, uses = Infinity }: PoolOptions): Database {
  const pool = new pg.Pool({
    ...connection,
    max: size,
    maxUses: uses,
    connectionTimeoutMillis: ACQUIRE_MILLIS,
    query_timeout: QUERY_MILLIS,
    keepAlive: true,
    Client: PreparingClient,
  });
  pool.on('error', () => undefined); // an idle connection was lost; the pool has let it go
  const connect = async () => {
    try {
      return await pool.connect();
    } catch (cause) {
      throw new ConnectionUnavailable('no connection', { cause });
    }
  };
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } }),
  });
}

const STATES = /^(08...|40001|40P01|55P03|57014|53300|57P0[123])$/;
const LOST = /Connection terminated|Query read timeout|not queryable|^(read|write) E|Client was closed/;

/** Whether an error says that the database is away or overloaded (DB-6). */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return STATES.test(error.code ?? '');
  return error instanceof ConnectionUnavailable || (error instanceof Error && LOST.test(error.message));
}

export const FOREIGN_KEY = '23503';
export const CHECK = '23514';

/** Whether a statement failed with this SQLSTATE. */
export const failedWith = (error: unknown, state: string): boolean =>
  error instanceof pg.DatabaseError && error.code === state;
