import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

describeEndpoints('events', (shop) => {
  test('tells of stock as it changes', async () => {
    const sku = await shop().product({ stock: 1 });
    const server = createServer(shop().app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const left = new AbortController();
    const stream = await fetch(`http://127.0.0.1:${port}/events?topic=stock`, { signal: left.signal });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (part: string) => {
      while (!text.includes(part)) text += (await reader?.read())?.value ?? '';
    };
    await until('retry:');
    const { token } = await shop().admin();
    const stock = request(shop().app).post(`/admin/products/${sku}/stock`).auth(token, { type: 'bearer' });
    await stock.send({ delta: 4 }).expect(200);
    await until(sku);
    expect(text).toMatch(/id: \d+\nevent: stock\.changed\ndata: \{.*\}\n\n$/);
    left.abort();
    server.close();
  });

  test('orders are for who has a token', async () => {
    await request(shop().app).get('/events?topic=orders&zz=1').expect(401);
    await request(shop().app)
      .get('/events')
      .expect(400, /required/);
    await request(shop().app)
      .get('/events?topic=stock')
      .set('Last-Event-ID', '-1')
      .expect(400, /invalid_header/);
  });
});
