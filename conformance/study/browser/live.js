// What the tests of the live pages do again and again: persons, products, sales by the other service, windows.
// STORE has the pages, OTHER sells, STAGE stops and starts what is under them, PICTURES is a folder or nothing.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before } from 'node:test';
import { launch } from './browser.js';

const { STORE, OTHER, STAGE, PICTURES } = process.env;
export const { ADMIN_EMAIL, ADMIN_PASSWORD } = process.env;
export const PASSWORD = 'correct horse';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [360, 800, 1400];

let browser;
export let admin;
let people = 0;

before(async () => {
  browser = await launch();
  admin = await logIn(ADMIN_EMAIL, ADMIN_PASSWORD);
});
after(() => browser?.close());

/** Asks the other service. */
export async function ask(method, at, { token, body, headers = {} } = {}) {
  const answer = await fetch(`${OTHER}${at}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${at}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
}

const logIn = async (email, password) => (await ask('POST', '/auth/login', { body: { email, password } })).access_token;

export async function register() {
  const email = `person-${(people += 1)}@shop.example`;
  await ask('POST', '/auth/register', { body: { email, password: PASSWORD, name: 'Ada' } });
  return { email, token: await logIn(email, PASSWORD) };
}

/** Buys by the other service's API. */
export async function buy({ token }, sku, quantity) {
  const { total } = await ask('PUT', `/cart/items/${sku}`, { token, body: { quantity } });
  return ask('POST', '/checkout', { token, body: { expected_total: total }, headers: { 'idempotency-key': crypto.randomUUID() } });
}

let products = 0;
export async function product(changes = {}) {
  const sku = `LIVE-${(products += 1)}`;
  const body = { sku, name: `Notebook ${sku}`, category: 'paper', price: 1000, tax_rate_bp: 2000, stock: 50, ...changes };
  return ask('POST', '/admin/products', { token: admin, body });
}

export const stage = async (act) => (await fetch(`${STAGE}${act}`, { method: 'POST' })).json();

/** A context of its own, in which nothing may go wrong but what `expected` matches. */
export async function context(t, options = {}, expected = /^$/) {
  const made = await browser.newContext({ baseURL: STORE, viewport: { width: 1280, height: 900 }, ...options });
  const wrong = [];
  const note = (text) => expected.test(text) || wrong.push(text);
  made.on('page', (page) => {
    page.on('pageerror', (error) => note(String(error)));
    page.on('console', (line) => line.type() === 'error' && note(`${line.text()} ${line.location().url}`));
    page.on('request', (request) => request.url().startsWith(STORE) || note(`loads ${request.url()}`));
  });
  t.after(async () => {
    await made.close();
    assert.deepEqual(wrong, []);
  });
  return made;
}

export const connected = (page) => page.waitForSelector('[data-phx-main].phx-connected');

export async function open(at, page) {
  await page.goto(at);
  await connected(page);
  return page;
}

export async function signIn(page, email, password = PASSWORD) {
  await page.goto('/store/log-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await connected(page);
}

export const card = (page, sku) => page.locator(`#product-${sku}`);
export const stock = (page, sku, count) => card(page, sku).locator(`[data-stock="${count}"]`).waitFor();
export const cookie = async (made) => (await made.cookies()).find(({ name }) => name === '_shop_session');

export async function search(page, text) {
  await page.getByLabel('Search').fill(text);
  await page.waitForURL(`**/store?*q=${encodeURIComponent(text)}*`);
}

export async function orders({ token }) {
  return (await ask('GET', '/orders', { token })).items;
}

/** Looks at a page in three widths: it fits, axe finds nothing serious, and a picture is taken where one is wanted. */
export async function examine(page, name) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `${name} at ${width}`);
    if (PICTURES) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: path.join(PICTURES, `${name}-${width}.png`), fullPage: true });
    }
    await page.evaluate(AXE); // by the debugger, which the page's policy does not bind
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'], preload: false }));
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const told = serious.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length}, such as ${nodes[0].html}`);
    assert.deepEqual(told, [], `${name} at ${width}`);
  }
}
