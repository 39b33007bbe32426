import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('catalog', (shop) => {
  test('lists a category page by page', async () => {
    const category = randomUUID().slice(0, 8);
    for (const price of [300, 100, 200]) await shop().product({ category, price });
    const first = await request(shop().app).get('/products').query({ category, sort: 'price', limit: 2 }).expect(200);
    expect(first.body).toMatchObject({ items: [{ price: 100 }, { price: 200 }] });
    const next = /<(.*)>; rel="next"/.exec(first.get('Link') ?? '')?.[1] ?? '';
    const second = await request(shop().app).get(next).expect(200);
    expect(second.body).toMatchObject({ items: [{ price: 300 }], next_cursor: null });
  });

  test('names every wrong parameter', async () => {
    const answer = await request(shop().app).get('/products?limit=0&limit=1&sort=x&zz=1&q=%FF').expect(400);
    expect((answer.body as { errors: object[] }).errors).toEqual(
      expect.arrayContaining([
        { parameter: 'limit', code: 'duplicate' },
        { parameter: 'sort', code: 'format' },
        { parameter: 'zz', code: 'unknown' },
        { parameter: 'q', code: 'format' },
      ]),
    );
  });

  test('answers 304 to who has the product already', async () => {
    const sku = await shop().product();
    const path = `/products/${sku}`;
    await request(shop().app).get(path).set('If-None-Match', 'W/"1", "9"').expect(304).expect('ETag', '"1"');
    await request(shop().app).get(path).set('If-None-Match', '"1", junk').expect(200);
    await request(shop().app).get(`${path}/`).expect(404);
    await request(shop().app).put(path).expect(405).expect('Allow', 'GET, HEAD');
  });
});
