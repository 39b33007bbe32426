import { sql, type Kysely } from 'kysely';

const instant = sql`timestamptz(3)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('idem_key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('response_status', 'integer', (column) => column.notNull())
    .addColumn('response_location', 'text')
    .addColumn('response_body', 'text', (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('idempotency_user_key', ['user_id', 'idem_key'])
    .addCheckConstraint('idempotency_key_ck', sql`length(idem_key) between 1 and 255`)
    .execute();

  await db.schema
    .createTable('webhook_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull().defaultTo('ignored'))
    .addColumn('received_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('webhook_events_id_ck', sql`length(id) between 1 and 200`)
    .addCheckConstraint('webhook_events_result_ck', sql`result in ('applied', 'ignored')`)
    .execute();

  await db.schema
    .createTable('rate_limits')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('tat', 'timestamptz', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('events')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('topic', 'text', (column) => column.notNull())
    .addColumn('user_id', 'uuid')
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('created_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('events_topic_ck', sql`topic in ('stock', 'orders')`)
    .execute();
  await db.schema.createIndex('events_topic_idx').on('events').columns(['topic', 'id']).execute();
  await sql`create index events_user_idx on events (user_id, id) where topic = 'orders'`.execute(db);
}
