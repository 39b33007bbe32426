import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('orders', (shop) => {
  test('are seen by their owner alone, and cancelled once', async () => {
    const owner = await shop().customer();
    const other = await shop().customer();
    const { id } = await shop().order(owner);
    const agent = request.agent(shop().app).auth(owner.token, { type: 'bearer' });
    await request(shop().app).get(`/orders/${id}`).auth(other.token, { type: 'bearer' }).expect(404);
    const list = await agent.get('/orders').expect(200).expect('Cache-Control', 'private, no-cache');
    expect(list.body).toMatchObject({ items: [{ id, status: 'pending' }], next_cursor: null });
    await agent.post(`/orders/${id}/cancel`).expect(200).expect('ETag', '"2"');
    await agent.post(`/orders/${id}/cancel`).expect(200).expect('ETag', '"2"');
  });

  test('move on by their version', async () => {
    const { id } = await shop().order(await shop().customer());
    const { token } = await shop().admin();
    const agent = request.agent(shop().app).auth(token, { type: 'bearer' });
    const path = `/admin/orders/${id}/transition`;
    await agent.post(path).send({ to: 'cancelled' }).expect(428);
    await agent.post(path).set('If-Match', '"9"').send({ to: 'cancelled' }).expect(412);
    const refused = await agent.post(path).set('If-Match', '"1"').send({ to: 'shipped' }).expect(409);
    expect(refused.body).toMatchObject({ from: 'pending', to: 'shipped' });
    await agent.post(path).set('If-Match', '"1"').send({ to: 'cancelled' }).expect(200);
  });
});
