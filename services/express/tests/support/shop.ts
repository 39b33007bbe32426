import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { afterAll, beforeAll, describe } from 'vitest';
import { createApp } from '../../src/app.ts';
import { Hub } from '../../src/events/hub.ts';
import { createAuth } from '../../src/platform/auth.ts';
import { serveConfig, type Environment } from '../../src/platform/config.ts';
import { openDatabase } from '../../src/platform/database.ts';

/** The development values of OPS-1, on the database that `make check` gives. */
export const settings = (): Environment => ({
  DATABASE_URL: process.env.DATABASE_URL,
  JWT_SECRET: 'development-jwt-secret-0123456789abcdef',
  CURSOR_SECRET: 'development-cursor-secret-0123456789abcdef',
  WEBHOOK_SECRET: 'whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=',
  ADMIN_EMAIL: 'admin@shop.example',
  ADMIN_PASSWORD: 'development-admin',
  LOG_LEVEL: 'error',
});

export interface Person {
  id: string;
  token: string;
}

/** The application on its database, and who uses it. */
export class Shop {
  readonly #config = serveConfig(settings());
  readonly #auth = createAuth(this.#config.JWT_SECRET);
  readonly #log = pino({ level: 'silent' });
  readonly #db = openDatabase(this.#config.DATABASE_URL, { size: 4 });
  readonly #exportDb = openDatabase(this.#config.DATABASE_URL, { size: 1, uses: 1 });
  readonly #hub = new Hub(this.#config.DATABASE_URL, this.#log);
  readonly app: Express = createApp({
    config: this.#config,
    log: this.#log,
    db: this.#db,
    exportDb: this.#exportDb,
    hub: this.#hub,
  });

  async customer(): Promise<Person> {
    const user = { email: `${randomUUID()}@shop.example`, name: 'Ada', password_hash: 'none' };
    const { id } = await this.#db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow();
    return { id, token: await this.#auth.issue({ id, role: 'customer' }) };
  }

  async admin(): Promise<Person> {
    const id = randomUUID();
    return { id, token: await this.#auth.issue({ id, role: 'admin' }) };
  }

  /** The sku of a new product. */
  async product(members: object = {}): Promise<string> {
    const sku = randomUUID().slice(0, 13).toUpperCase();
    const product = { sku, name: 'Mug', category: 'kitchen', price: 1450, tax_rate_bp: 1900, stock: 5, ...members };
    const { token } = await this.admin();
    await request(this.app).post('/admin/products').auth(token, { type: 'bearer' }).send(product).expect(201);
    return sku;
  }

  /** A pending order of one product. */
  async order({ token }: Person): Promise<{ id: string; total: number }> {
    const sku = await this.product();
    const bearer = { type: 'bearer' } as const;
    const agent = request.agent(this.app).auth(token, bearer);
    const cart = await agent.put(`/cart/items/${sku}`).send({ quantity: 1 }).expect(200);
    const { total } = cart.body as { total: number };
    const answer = await agent
      .post('/checkout')
      .set('Idempotency-Key', randomUUID())
      .send({ expected_total: total })
      .expect(201);
    return answer.body as { id: string; total: number };
  }

  async close(): Promise<void> {
    this.#hub.close();
    await Promise.all([this.#db.destroy(), this.#exportDb.destroy()]);
  }
}

/** Tests of endpoints. They need PostgreSQL: without DATABASE_URL they are skipped. */
export function describeEndpoints(feature: string, tests: (shop: () => Shop) => void): void {
  describe.skipIf(!process.env.DATABASE_URL)(`${feature} (on the database of DATABASE_URL)`, () => {
    let shop: Shop;
    beforeAll(() => {
      shop = new Shop();
    });
    afterAll(() => shop.close());
    tests(() => shop);
  });
}
