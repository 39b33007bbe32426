// The picture of the README: `node picture.js ../picture.png`, of the site in STUDY.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.js';

const site = path.resolve(process.env.STUDY || path.join(import.meta.dirname, '../../../reports/study'));
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1200, height: 540 } });
await page.goto(`${pathToFileURL(path.join(site, 'operations/checkout.html'))}?s=gin,django,spring-boot`);
await page.evaluate(() => document.querySelector('.chooser').scrollIntoView());
await page.screenshot({ path: process.argv[2] });
await browser.close();
