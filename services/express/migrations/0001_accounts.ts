import { sql, type Kysely } from 'kysely';

const uuid = sql`gen_random_uuid()`;
const instant = sql`timestamptz(3)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull().defaultTo('customer'))
    .addColumn('created_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('users_email_key', ['email'])
    .addCheckConstraint(
      'users_email_ck',
      sql`email = lower(email) and email ~ '^[!-~]+@[!-~]+$' and length(email) <= 254`,
    )
    .addCheckConstraint('users_name_ck', sql`char_length(name) between 1 and 100`)
    .addCheckConstraint('users_role_ck', sql`role in ('customer', 'admin')`)
    .execute();

  await db.schema
    .createTable('sessions')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('revoked_at', instant)
    .addColumn('created_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .execute();

  await db.schema
    .createTable('refresh_tokens')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('session_id', 'uuid', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('token_hash', 'text', (column) => column.notNull())
    .addColumn('expires_at', instant, (column) => column.notNull())
    .addColumn('used_at', instant)
    .addUniqueConstraint('refresh_tokens_hash_key', ['token_hash'])
    .addCheckConstraint('refresh_tokens_hash_ck', sql`token_hash ~ '^[0-9a-f]{64}$'`)
    .execute();
  await db.schema.createIndex('refresh_tokens_session_idx').on('refresh_tokens').column('session_id').execute();
}
