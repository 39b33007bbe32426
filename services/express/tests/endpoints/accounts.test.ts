import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import { describeEndpoints } from '../support/shop.ts';

interface Pair {
  access_token: string;
  refresh_token: string;
}

describeEndpoints('accounts', (shop) => {
  test('register, log in, refresh once', async () => {
    const { app } = shop();
    const email = `Ada-${randomUUID()}@Shop.example`;
    const account = { email, password: 'correct horse', name: 'Ada' };
    const user = await request(app).post('/auth/register').send(account).expect(201).expect('Location', '/me');
    expect(user.body).toMatchObject({ email: email.toLowerCase(), role: 'customer' });
    await request(app).post('/auth/register').send(account).expect(409);

    const answer = await request(app).post('/auth/login').send({ email, password: 'correct horse' }).expect(200);
    const first = answer.body as Pair;
    const me = await request(app).get('/me').auth(first.access_token, { type: 'bearer' }).expect(200);
    expect(me.body).toEqual(user.body);

    const used = { refresh_token: first.refresh_token };
    const second = (await request(app).post('/auth/refresh').send(used).expect(200)).body as Pair;
    await request(app).post('/auth/refresh').send(used).expect(401);
    await request(app).post('/auth/refresh').send({ refresh_token: second.refresh_token }).expect(401);
  });

  test('six log-ins in a row are one too many', async () => {
    const login = { email: `${randomUUID()}@shop.example`, password: 'guess' };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      statuses.push((await request(shop().app).post('/auth/login').send(login)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  test('faults of a body have pointers', async () => {
    const bad = { email: 'x', password: '\u{1f511}'.repeat(7), role: 'admin' };
    const answer = await request(shop().app).post('/auth/register').send(bad).expect(422);
    expect((answer.body as { errors: object[] }).errors).toEqual(
      expect.arrayContaining([
        { pointer: '/email', code: 'format' },
        { pointer: '/password', code: 'too_short' },
        { pointer: '/name', code: 'required' },
        { pointer: '/role', code: 'unknown' },
      ]),
    );
  });
});
