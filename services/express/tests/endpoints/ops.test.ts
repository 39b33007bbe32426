import { readFileSync } from 'node:fs';
import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('ops', (shop) => {
  test('health, readiness, the contract', async () => {
    const { app } = shop();
    await request(app).get('/healthz').expect(200, { status: 'ok' });
    await request(app).get('/readyz').expect(200, { status: 'ready' });
    const contract = readFileSync(new URL('../../../../contract/openapi.yaml', import.meta.url), 'utf8');
    expect((await request(app).get('/openapi.yaml').buffer()).text).toBe(contract);
  });

  test('counts by route', async () => {
    const { app } = shop();
    await request(app).get('/products/NO-SUCH').expect(404);
    await request(app).post('/orders/1').expect(401);
    await request(app).get('/nope').expect(404);
    const { text } = await request(app).get('/metrics').expect(200);
    expect(text).toContain('http_requests_total{method="GET",route="/products/{sku}",status="404"}');
    expect(text).toContain('http_requests_total{method="POST",route="/orders/{id}",status="401"}');
    expect(text).toContain('route="unmatched",status="404"');
  });
});
