// The live pages in a real browser, while another service sells from the same database: `make live-test`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ADMIN_EMAIL, ADMIN_PASSWORD, PASSWORD, admin, ask, buy, card, connected, context, cookie, examine, open, orders,
  product, register, search, signIn, stage, stock,
} from './live.js';

/** From the catalogue to the page of the check-out. */
async function checkOut(page, sku) {
  await open(`/store?q=${sku}`, page);
  await card(page, sku).getByRole('button').click();
  await page.getByText(`1 × ${sku} in your cart.`).waitFor();
  await page.getByRole('link', { name: /^Your cart/ }).click();
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByRole('button', { name: /^Order for/ }).waitFor();
}

test('from the first page to the order', async (t) => {
  const person = await register();
  const { sku } = await product({ name: 'Squared paper' });
  const code = `TEN${Date.now() % 1e9}`;
  await ask('POST', '/admin/coupons', { token: admin, body: { code, percent_bp: 1000 } });
  const page = await (await context(t)).newPage();

  await open('/store', page);
  await search(page, 'squared');
  await card(page, sku).getByRole('button').click();
  await page.waitForURL('**/store/log-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/store');
  await connected(page);
  await search(page, 'squared');
  await card(page, sku).getByRole('button').click();
  await page.getByRole('link', { name: 'Your cart: 1 item' }).click();

  await page.getByLabel('Quantity of Squared paper').fill('3');
  await page.getByText('€30.00').first().waitFor();
  await page.getByLabel('Coupon').fill('no');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('A code has 3 to 20 letters and digits.').waitFor();
  await page.getByLabel('Coupon').fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('−€3.00').waitFor();

  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByRole('button', { name: 'Order for €37.39' }).click();
  await page.waitForURL('**/store/orders/*');
  await page.getByText('Thank you. Your order is placed.').waitFor();
  const [order, ...more] = await orders(person);
  assert.deepEqual([more.length, order.total, order.coupon_code, page.url().split('/').pop()], [0, 3739, code, order.id]);

  await page.getByRole('link', { name: 'Catalogue' }).click();
  await page.getByLabel('Search').waitFor();
  await search(page, sku);
  await stock(page, sku, 47);
});

test('a second press, and one in another window, order nothing twice', async (t) => {
  const person = await register();
  const { sku } = await product();
  const made = await context(t);
  const page = await made.newPage();
  await signIn(page, person.email);
  await checkOut(page, sku);
  const second = await open(page.url(), await made.newPage());
  const press = (each) => each.$eval('#checkout', (form) => [form.requestSubmit(), form.requestSubmit()]).catch(() => {});
  await Promise.all([press(page), press(second)]);
  // Whoever comes late finds the order, or a page that knows already that the cart is empty.
  const ended = (each) => each.waitForFunction(() => /orders\/|There is nothing to order/.test(location.href + document.body.textContent));
  await Promise.all([ended(page), ended(second)]);
  const [order] = await orders(person);
  assert.ok([page, second].some((each) => each.url().endsWith(order.id)));
  assert.equal((await orders(person)).length, 1);
});

test('a service that ends while its pages are open ends well, and a check-out outlives that', async (t) => {
  const person = await register();
  const { sku } = await product();
  const made = await context(t, {}, /WebSocket|ERR_CONNECTION_REFUSED/);
  const page = await made.newPage();
  await signIn(page, person.email);
  await checkOut(page, sku);
  const address = page.url();
  for (const each of ['/store', '/store/cart', '/store/orders']) await open(each, await made.newPage());
  const { status, seconds } = await stage('/pages/stop');
  assert.equal(status, 0);
  assert.ok(seconds < 10, `${seconds} s`);
  t.diagnostic(`it ended in ${seconds.toFixed(1)} s`);
  await page.getByText('The connection is lost.').waitFor();
  await stage('/pages/start');
  await page.getByText('The connection is lost.').waitFor({ state: 'hidden' });
  await connected(page);
  assert.equal(page.url(), address);
  await page.getByRole('button', { name: /^Order for/ }).click();
  await page.waitForURL('**/store/orders/*');
  await page.goto(address);
  await page.getByText('There is nothing to order.').waitFor();
  assert.equal((await orders(person)).length, 1);
});

test('stock falls while another service sells, and rises when an order is called off', async (t) => {
  const person = await register();
  const { sku } = await product({ stock: 8 });
  const page = await open(`/store?q=${sku}`, await (await context(t)).newPage());
  await stock(page, sku, 8);
  const order = await buy(person, sku, 4);
  await stock(page, sku, 4);
  await page.getByText('Only 4 left').waitFor();
  await buy(person, sku, 4);
  await page.getByText('Sold out').waitFor();
  assert.equal(await card(page, sku).getByRole('button').isDisabled(), true);
  await ask('POST', `/orders/${order.id}/cancel`, { token: person.token });
  await stock(page, sku, 4);
});

test('too little stock, a price that changed and an archived product are told at the check-out', async (t) => {
  const person = await register();
  const rival = await register();
  const { sku } = await product({ stock: 1 });
  const page = await (await context(t)).newPage();
  await signIn(page, person.email);
  await checkOut(page, sku);
  await ask('PATCH', `/admin/products/${sku}`, { token: admin, body: { price: 2000 }, headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json' } });
  await page.getByRole('button', { name: /^Order for/ }).click();
  await page.getByText('Prices have changed: the total is €28.99 now.').waitFor();
  await buy(rival, sku, 1);
  await page.getByRole('button', { name: 'Order for €28.99' }).click();
  await page.getByText(`Too few are left: ${sku} (0).`).waitFor();
  assert.equal((await orders(person)).length, 0);
});

test('orders and their states come by themselves, one’s own alone', async (t) => {
  const person = await register();
  const stranger = await register();
  const { sku } = await product();
  const page = await (await context(t)).newPage();
  await signIn(page, person.email);
  await open('/store/orders', page);
  const foreign = await buy(stranger, sku, 1);
  const order = await buy(person, sku, 2);
  const row = page.locator(`#order-${order.id}`);
  await row.getByText('pending').waitFor();
  await ask('POST', `/orders/${order.id}/cancel`, { token: person.token });
  await row.getByText('cancelled').waitFor();
  assert.equal(await page.locator(`#order-${foreign.id}`).count(), 0);
  await page.goto(`/store/orders/${foreign.id}`);
  await page.getByText('There is nothing here that you may see.').waitFor();
});

test('the board shows orders as they come, the money of the day, and what runs out', async (t) => {
  const person = await register();
  const { sku } = await product({ stock: 2, name: 'Last notebooks' });
  const page = await (await context(t)).newPage();
  await signIn(page, ADMIN_EMAIL, ADMIN_PASSWORD);
  await page.getByRole('link', { name: 'Board' }).click();
  await page.locator('#day').waitFor();
  await connected(page);
  const count = Number(await page.locator('#day dd').first().textContent());
  const order = await buy(person, sku, 2);
  await page.locator(`#orders tr:first-child#order-${order.id}`).waitFor();
  await stock(page, sku, 0);
  await page.locator('#day dd', { hasText: new RegExp(`^${count + 1}$`) }).first().waitFor();
  const counts = await page.$$eval('#products [data-stock]', (all) => all.map((each) => Number(each.dataset.stock)));
  assert.deepEqual(counts, counts.toSorted((one, other) => one - other));
});

test('a lost database is told, outlived, and its sales are caught up with', async (t) => {
  const person = await register();
  const { sku } = await product({ stock: 30 });
  const made = await context(t, {}, /503/);
  const page = await made.newPage();
  await signIn(page, person.email);
  await open(`/store?q=${sku}`, page);
  await page.evaluate(() => { window.same = true; });
  await stage('/database/stop');
  await card(page, sku).getByRole('button').click();
  await page.getByText('The database is away or overloaded; try again.').waitFor();
  await stock(page, sku, 30);
  const late = await made.newPage(); // one that is opened meanwhile
  assert.equal((await late.goto('/store')).status(), 503);
  await stage('/database/start');
  await stock(late, sku, 30);
  await buy(person, sku, 7);
  await stock(page, sku, 23);
  await card(page, sku).getByRole('button').click();
  await page.getByText(`1 × ${sku} in your cart.`).waitFor();
  assert.equal(await page.evaluate(() => window.same), true, 'the page was loaded anew');
});

test('a page that is loaded live while the database is away goes on by itself', async (t) => {
  const person = await register();
  const { sku } = await product();
  const page = await (await context(t)).newPage();
  await signIn(page, person.email);
  await checkOut(page, sku);
  await stage('/database/stop');
  await page.getByRole('link', { name: 'Back to the cart' }).click();
  await page.getByText("The shop's database is away.").waitFor();
  await stage('/database/start');
  await page.getByText("The shop's database is away.").waitFor({ state: 'hidden' });
  await page.getByLabel(`Quantity of Notebook ${sku}`).waitFor();
});

test('a forged log-in is refused', async (t) => {
  const { email } = await register();
  const made = await context(t);
  const form = { 'session[email]': email, 'session[password]': PASSWORD };
  for (const forged of [form, { ...form, _csrf_token: 'x'.repeat(56) }]) {
    const answer = await made.request.post('/store/log-in', { form: forged });
    assert.equal(answer.status(), 403);
    assert.match(await answer.text(), /was open for too long/);
  }
  await made.request.get('/store/cart').then((answer) => assert.match(answer.url(), /log-in$/));
});

test('a wrong password is told, and after five of them to wait', async (t) => {
  const { email } = await register();
  const page = await (await context(t, {}, /401|429/)).newPage();
  for (let each = 0; each < 6; each += 1) {
    await page.goto('/store/log-in');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(/E-mail or password is wrong|Too many tries/).waitFor();
  }
  await page.getByText(/Too many tries. Wait \d+ seconds/).waitFor();
});

test('a log-in begins a new session, and a log-out ends its pages everywhere', async (t) => {
  const { email } = await register();
  const made = await context(t);
  const page = await made.newPage();
  await page.goto('/store/log-in');
  const planted = await cookie(made);
  await signIn(page, email);
  const own = await cookie(made);
  assert.notEqual(own.value, planted.value);
  assert.deepEqual([own.httpOnly, own.sameSite], [true, 'Lax']);
  const thief = await context(t);
  await thief.addCookies([planted]);
  assert.match((await thief.request.get('/store/cart')).url(), /log-in$/);

  const other = await open('/store/cart', await made.newPage());
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await other.waitForURL('**/store/log-in');
});

test('the board is an administrator’s, and a log-in leads to where one wanted to go', async (t) => {
  const { email } = await register();
  const customer = await context(t, {}, /403/);
  const page = await customer.newPage();
  await signIn(page, email);
  assert.equal((await page.goto('/live')).status(), 403);
  assert.equal(await page.getByRole('link', { name: 'Board' }).count(), 0);

  const boss = await (await context(t)).newPage();
  await boss.goto('/live');
  assert.match(boss.url(), /log-in$/);
  await boss.getByLabel('E-mail').fill(ADMIN_EMAIL);
  await boss.getByLabel('Password').fill(ADMIN_PASSWORD);
  await boss.keyboard.press('Enter');
  await boss.waitForURL('**/live');
});

test('the catalogue is searched and bought from by keyboard alone', async (t) => {
  const { email } = await register();
  const { sku } = await product();
  const page = await (await context(t)).newPage();
  await signIn(page, email);
  await open('/store', page);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type(sku);
  await page.waitForURL(`**/store?*q=${sku}*`);
  await page.waitForFunction(() => document.querySelectorAll('#products .card').length === 1);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText(`1 × ${sku} in your cart.`).waitFor();
});

test('without a script the catalogue is there', async (t) => {
  const page = await (await context(t, { javaScriptEnabled: false })).newPage();
  await page.goto('/store?q=amber');
  await page.getByText('Greeting card, amber').waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious, and no page is wider than its window, ${colorScheme}`, async (t) => {
    const { sku } = await product({ name: 'Ruled notebook, the long one with three hundred numbered pages', stock: 3 });
    const made = await context(t, { colorScheme }, /401/);
    const page = await made.newPage();
    await page.goto('/store/log-in');
    await examine(page, `log-in-${colorScheme}`);
    await signIn(page, ADMIN_EMAIL, ADMIN_PASSWORD); // who sees every page
    const bought = await buy({ token: admin }, sku, 1);
    await open(`/store?q=${sku}`, page);
    await card(page, sku).getByRole('button').click();
    await page.getByText(`1 × ${sku} in your cart.`).waitFor();
    const pages = {
      store: '/store',
      nothing: '/store?q=qqqq',
      cart: '/store/cart',
      checkout: `/store/checkout/${crypto.randomUUID()}`,
      orders: '/store/orders',
      order: `/store/orders/${bought.id}`,
      board: '/live',
    };
    for (const [name, at] of Object.entries(pages)) {
      await open(at, page);
      await examine(page, `${name}-${colorScheme}`);
    }
    await ask('DELETE', `/cart/items/${sku}`, { token: admin });
  });
}
