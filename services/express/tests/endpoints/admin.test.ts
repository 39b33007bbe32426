import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('admin', (shop) => {
  test('patches a product by its version', async () => {
    const { token } = await shop().admin();
    const sku = await shop().product({ attributes: { size: { width: 1, depth: 2 } } });
    const patch = (body: object, tag = '"1"') =>
      request(shop().app)
        .patch(`/admin/products/${sku}`)
        .auth(token, { type: 'bearer' })
        .type('application/merge-patch+json')
        .set('If-Match', tag)
        .send(JSON.stringify(body));
    await patch({}).expect(200).expect('ETag', '"1"');
    const answer = await patch({ price: 7, attributes: { size: { depth: null } } }).expect(200);
    expect(answer.body).toMatchObject({ price: 7, version: 2, attributes: { size: { width: 1 } } });
    await patch({ price: 8 }).expect(412);
    const wrong = await patch({ stock: 1, attributes: { Size: 1, a: { b: { c: {} } } } }, '"2"').expect(422);
    expect((wrong.body as { errors: object[] }).errors).toEqual(
      expect.arrayContaining([
        { pointer: '/stock', code: 'unknown' },
        { pointer: '/attributes/Size', code: 'format' },
        { pointer: '/attributes/a/b/c', code: 'format' },
      ]),
    );
  });

  test('makes coupons whose end is behind their start', async () => {
    const { token } = await shop().admin();
    const coupons = () => request(shop().app).post('/admin/coupons').auth(token, { type: 'bearer' });
    const code = Math.random().toString(36).slice(2, 12).padEnd(10, '0');
    await coupons().send({ code, percent_bp: 1000 }).expect(201, new RegExp(code.toUpperCase()));
    await coupons().send({ code, percent_bp: 1000 }).expect(409);
    const early = { code: 'X2X', percent_bp: 0, ends_at: '2001-01-01T00:00:00.000Z' };
    await coupons()
      .send({ ...early, starts_at: '2001-01-01T00:00:00.000Z' })
      .expect(422, /ends_at.*percent|percent.*ends_at/);
    await coupons()
      .send({ ...early, percent_bp: 1 })
      .expect(422, /ends_at/);
  });

  test('is for administrators', async () => {
    const { token } = await shop().customer();
    await request(shop().app).post('/admin/products').expect(401);
    await request(shop().app).post('/admin/products').auth(token, { type: 'bearer' }).expect(403);
  });
});
