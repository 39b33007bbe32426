import { sql } from 'kysely';
import type { Database } from '../platform/database.ts';
import { USER, type User } from '../platform/tables.ts';

const inThirtyDays = sql<Date>`now() + interval '30 days'`;

export async function createAdministrator(db: Database, email: string, password_hash: string): Promise<void> {
  await db
    .insertInto('users')
    .values({ email, password_hash, name: 'Administrator', role: 'admin' })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .execute();
}

/** Undefined if the address is taken. */
export function createUser(
  db: Database,
  user: Pick<User, 'email' | 'name' | 'password_hash'>,
): Promise<User | undefined> {
  return db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(USER)
    .executeTakeFirst();
}

export function findUser(db: Database, id: string): Promise<User | undefined> {
  return db.selectFrom('users').select(USER).where('id', '=', id).executeTakeFirst();
}

export function findUserByEmail(db: Database, email: string): Promise<User | undefined> {
  return db.selectFrom('users').select(USER).where('email', '=', email).executeTakeFirst();
}

/** A session and its first token, in one statement. */
export async function openSession(db: Database, user_id: string, token_hash: string): Promise<void> {
  await db
    .with('session', (cte) => cte.insertInto('sessions').values({ user_id, revoked_at: null }).returning('id'))
    .insertInto('refresh_tokens')
    .columns(['session_id', 'token_hash', 'expires_at'])
    .expression((eb) =>
      eb.selectFrom('session').select(['session.id', eb.val(token_hash).as('hash'), inThirtyDays.as('expires')]),
    )
    .execute();
}

/**
 * Uses a token up and adds the next one to its session. Of several uses at once one finds `used_at` null; the others wait
 * for its row and find nothing. Undefined if the token is not good.
 */
export function exchangeToken(
  db: Database,
  used: string,
  next: string,
): Promise<Pick<User, 'id' | 'role'> | undefined> {
  return db
    .with('used', (cte) =>
      cte
        .updateTable('refresh_tokens as token')
        .from('sessions')
        .set({ used_at: sql<Date>`now()` })
        .where('token.token_hash', '=', used)
        .where('token.used_at', 'is', null)
        .where('token.expires_at', '>', sql<Date>`now()`)
        .whereRef('sessions.id', '=', 'token.session_id')
        .where('sessions.revoked_at', 'is', null)
        .returning(['sessions.id', 'sessions.user_id']),
    )
    .with('next', (cte) =>
      cte
        .insertInto('refresh_tokens')
        .columns(['session_id', 'token_hash', 'expires_at'])
        .expression((eb) =>
          eb.selectFrom('used').select(['used.id', eb.val(next).as('hash'), inThirtyDays.as('expires')]),
        ),
    )
    .selectFrom('used')
    .innerJoin('users', 'users.id', 'used.user_id')
    .select(['users.id', 'users.role'])
    .executeTakeFirst();
}

/** Ends the session of a token; with `onlyIfUsed` that of one which somebody has used before. */
export async function revokeSession(db: Database, token_hash: string, { onlyIfUsed = false } = {}): Promise<void> {
  await db
    .updateTable('sessions')
    .from('refresh_tokens as token')
    .set({ revoked_at: sql<Date>`now()` })
    .where('token.token_hash', '=', token_hash)
    .whereRef('sessions.id', '=', 'token.session_id')
    .where('sessions.revoked_at', 'is', null)
    .$if(onlyIfUsed, (query) => query.where('token.used_at', 'is not', null))
    .execute();
}
