import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('carts', (shop) => {
  test('holds lines at today’s prices', async () => {
    const { token } = await shop().customer();
    const agent = request.agent(shop().app).auth(token, { type: 'bearer' });
    const sku = await shop().product({ price: 1000, tax_rate_bp: 1900, stock: 1 });
    const answer = await agent.put(`/cart/items/${sku}`).send({ quantity: 2 }).expect(200);
    expect(answer.body).toMatchObject({
      lines: [{ sku, quantity: 2, line_total: 2000, tax: 380, available: true, in_stock: false }],
      subtotal: 2000,
      shipping: 499,
      total: 2879,
    });
    await agent.put('/cart/items/NO-SUCH').send({ quantity: 1 }).expect(404);
    await agent.delete(`/cart/items/${sku}`).expect(200, /"lines":\[\]/);
  });

  test('needs a token before anything else', async () => {
    await request(shop().app)
      .put('/cart/items/X')
      .type('text')
      .send('{')
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer');
  });
});
