import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('checkout', (shop) => {
  test('orders a cart once for each key', async () => {
    const { token } = await shop().customer();
    const agent = request.agent(shop().app).auth(token, { type: 'bearer' });
    const sku = await shop().product({ price: 1000, tax_rate_bp: 0, stock: 3 });
    await agent.put(`/cart/items/${sku}`).send({ quantity: 2 }).expect(200);
    const key = randomUUID();
    const checkout = (expected_total: number) =>
      agent.post('/checkout').set('Idempotency-Key', `"${key}"`).send({ expected_total });
    await checkout(1).expect(409, /"total":2499/);
    const first = await checkout(2499).expect(201).expect('ETag', '"1"');
    const again = await checkout(2499).expect(201).expect('Idempotent-Replayed', 'true');
    expect(again.text).toBe(first.text);
    await checkout(1).expect(422, /idempotency_key_reused/);
    await request(shop().app)
      .get(`/products/${sku}`)
      .expect(200, /"stock":1,/);
  });

  test('of two at once one gets the last piece', async () => {
    const sku = await shop().product({ stock: 1, price: 100, tax_rate_bp: 0 });
    const buy = async () => {
      const { token } = await shop().customer();
      const agent = request.agent(shop().app).auth(token, { type: 'bearer' });
      await agent.put(`/cart/items/${sku}`).send({ quantity: 1 }).expect(200);
      return agent.post('/checkout').set('Idempotency-Key', 'k').send({ expected_total: 599 });
    };
    const answers = await Promise.all([buy(), buy(), buy()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});
