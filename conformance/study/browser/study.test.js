// The study pages in a real browser, opened as files: what a person does, and what axe finds.
// STUDY is the folder of the site, CHROMIUM the browser; both have defaults.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.js';

const SITE = path.resolve(process.env.STUDY || path.join(import.meta.dirname, '../../../reports/study'));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// One page of each kind. `all` is the most that an operation's page can hold.
const PAGES = [
  'index.html',
  'operations/checkout.html?s=all',
  'operations/getProduct.html',
  'rules/checkout-5.html',
  'rules/http-1.html',
  'themes/transactions.html',
  'matrix.html',
  'cost.html',
];

let browser;
let service;
let file;

before(async () => {
  assert.ok(existsSync(path.join(SITE, 'index.html')), `there is no site in ${SITE}: make study OUT=${SITE}`);
  service = /href="services\/([\w-]+)\.html"/.exec(readFileSync(path.join(SITE, 'index.html'), 'utf8'))[1];
  const page = readFileSync(path.join(SITE, 'operations/checkout.html'), 'utf8');
  file = /href="\.\.\/(files\/[^"#]+)#L/.exec(page)[1];
  browser = await launch();
});
after(() => browser?.close());

/** Opens a page; everything that it loads must be a file of the site, and nothing may go wrong in its script. */
async function open(t, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const wrong = [];
  page.on('request', (request) => request.url().startsWith('file://') || wrong.push(`loads ${request.url()}`));
  page.on('requestfailed', (request) => wrong.push(`${request.url()} is not there`));
  page.on('pageerror', (error) => wrong.push(String(error)));
  t.after(() => assert.deepEqual(wrong, []));
  const [name, query = ''] = address.split('?');
  await page.goto(`${pathToFileURL(path.join(SITE, name))}${query && `?${query}`}`);
  return page;
}

const shown = (page) => page.$$eval('.column', (all) => all.filter((each) => !each.hidden).map((each) => each.dataset.service));

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious, ${colorScheme}`, async (t) => {
    for (const address of [...PAGES, `services/${service}.html`, file]) {
      const page = await open(t, address, { colorScheme });
      await page.evaluate(AXE); // without preload, which fetches the style: a file may not
      const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'], preload: false }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const told = serious.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length}, such as ${nodes[0].html}`);
      assert.deepEqual(told, [], address);
      await page.context().close();
    }
  });
}

test('no page is wider than a phone of 360 px', async (t) => {
  for (const address of [...PAGES, `services/${service}.html`, file]) {
    const page = await open(t, address, { viewport: { width: 360, height: 740 } });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, address);
    await page.context().close();
  }
});

test('a case is found by keyboard alone', async (t) => {
  const page = await open(t, 'index.html');
  await page.keyboard.press('/');
  await page.keyboard.type('chk-001');
  await page.waitForSelector('#found a');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/rules\/checkout-\d+\.html#CHK-001$/);
  assert.ok(await page.isVisible('#CHK-001'));
});

test('Escape closes what was found', async (t) => {
  const page = await open(t, 'matrix.html');
  await page.keyboard.press('/');
  await page.keyboard.type('checkout');
  await page.waitForSelector('#found a');
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('#found'), false);
});

test('the first thing that Tab reaches leads to the content', async (t) => {
  const page = await open(t, 'operations/checkout.html');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
});

test('services are chosen, four at most, and stand in the address', async (t) => {
  const page = await open(t, 'operations/checkout.html');
  const known = await page.$$eval('.chooser input', (all) => all.map((each) => each.value));
  await page.goto(`${page.url()}?s=${known.slice(-2).join(',')}`);
  assert.deepEqual(await shown(page), known.slice(-2));
  for (const each of known.slice(0, 3)) await page.check(`.chooser input[value="${each}"]`);
  const chosen = await shown(page);
  assert.equal(chosen.length, 4);
  assert.ok(page.url().includes('?s='));
  await page.click('.home');
  await page.click('a[href^="operations/getCart"]');
  assert.deepEqual(await shown(page), chosen);
  await page.click('.chooser button');
  assert.deepEqual(await shown(page), known);
});

test('a line of code leads to its file, and a number in a comment to its rule', async (t) => {
  const page = await open(t, 'operations/checkout.html?s=all');
  await page.locator('.code a[href^="../rules/"]').first().click();
  await page.waitForURL(/rules\/[a-z]+-\d+\.html/);
  await page.goBack();
  await page.locator('.column .at a').first().click();
  await page.waitForURL(/files\/.*#L\d+$/);
  assert.ok(await page.isVisible(':target'));
});

test('the matrix is filtered', async (t) => {
  const page = await open(t, 'matrix.html');
  const rows = () => page.$$eval('#matrix tbody tr', (all) => all.filter((row) => !row.hidden).map((row) => row.dataset.level));
  const all = (await rows()).length;
  await page.selectOption('#filter [name=level]', '4');
  const some = await rows();
  assert.ok(some.length > 0 && some.length < all);
  assert.deepEqual([...new Set(some)], ['4']);
});

test('without a script everything is shown', async (t) => {
  const page = await open(t, 'operations/checkout.html', { javaScriptEnabled: false });
  assert.ok((await shown(page)).length > 1);
  assert.equal(await page.isVisible('.chooser'), false);
});

test('a printed page has the code and no navigation', async (t) => {
  const page = await open(t, 'operations/getProduct.html');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.isVisible('.top'), false);
  assert.ok(await page.isVisible('.column .code'));
  assert.ok((await page.pdf()).length > 10_000);
});
