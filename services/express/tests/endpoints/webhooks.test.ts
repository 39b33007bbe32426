import { createHmac, randomUUID } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints, settings } from '../support/shop.ts';

const secret = Buffer.from(settings().WEBHOOK_SECRET?.slice('whsec_'.length) ?? '', 'base64');

describeEndpoints('webhooks', (shop) => {
  const deliver = (event: object, id: string = randomUUID()) => {
    const body = JSON.stringify(event);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return request(shop().app)
      .post('/webhooks/payments')
      .set({ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v0,x v1,${signature}` })
      .type('text')
      .send(body);
  };

  test('a payment is taken once', async () => {
    const order = await shop().order(await shop().customer());
    const data = { order_id: order.id, payment_id: 'p', amount: order.total, currency: 'EUR' };
    const id = randomUUID();
    const wrong = { type: 'payment.succeeded', data: { ...data, amount: 1 } };
    await deliver(wrong, id).expect(422, /webhook_rejected/);
    const paid = { type: 'payment.succeeded', data };
    expect((await deliver(paid, id)).body).toEqual({ result: 'applied' });
    expect((await deliver(paid, id)).body).toEqual({ result: 'duplicate' });
    expect((await deliver({ type: 'payment.failed', data })).body).toEqual({ result: 'ignored' });
  });

  test('a signature has to fit', async () => {
    await request(shop().app)
      .post('/webhooks/payments')
      .send('{}')
      .expect(401, /webhook_verification_failed/)
      .expect('WWW-Authenticate', 'Webhook-Signature');
  });
});
