import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('bulk', (shop) => {
  const upload = async (body: string) => {
    const { token } = await shop().admin();
    return request(shop().app)
      .post('/admin/products/import')
      .auth(token, { type: 'bearer' })
      .type('application/x-ndjson')
      .send(body);
  };

  test('what is exported changes nothing when imported', async () => {
    await shop().product({ attributes: { a: { b: 'é' } } });
    const { token } = await shop().admin();
    const exported = await request(shop().app)
      .get('/admin/products/export')
      .auth(token, { type: 'bearer' })
      .buffer()
      .parse((res, done) => {
        let text = '';
        res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        res.on('end', () => {
          done(null, text);
        });
      })
      .expect(200);
    const text = exported.body as string;
    const count = text.split('\n').length - 1;
    expect((await upload(text)).body).toEqual({ created: 0, updated: 0, unchanged: count });
  });

  test('a bad line leaves nothing behind', async () => {
    const line = { sku: 'GONE-1', name: 'x', category: 'c', price: 1, tax_rate_bp: 0 };
    const good = JSON.stringify(line);
    const answer = await upload(`${good}\n\n{"sku":\n${good}\n${JSON.stringify({ ...line, sku: 'B', price: 0 })}`);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      errors: [
        { line: 3, pointer: '', code: 'malformed' },
        { line: 4, pointer: '/sku', code: 'duplicate' },
        { line: 5, pointer: '/price', code: 'out_of_range' },
      ],
      error_count: 3,
    });
    await request(shop().app).get('/products/GONE-1').expect(404);
  });
});
