// Drives the console in a real Chromium against a running Bailey, as a person with a keyboard and as one with a phone.
// Its slice has a version v1, told by the path /api/orders, deprecated on 2026-10-01 and gone on 2027-03-01.
// Usage: node console.mjs URL TOKEN FOLDER_FOR_SCREENSHOTS [/path/of/chromium]

import { existsSync, readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, token, folder, given] = process.argv.slice(2);
const executablePath = given ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!executablePath) {
  console.error('no Chromium found; install it (apt-get install chromium) or name it as the last argument');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const done = [];

function check(condition, what) {
  if (!condition) {
    throw new Error(`expected: ${what}`);
  }
  done.push(what);
}

async function accessible(page, where) {
  // The page's own policy forbids foreign scripts, so the checker comes in through the debugging protocol.
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const grave = found.violations.filter((each) => each.impact === 'serious' || each.impact === 'critical');
  check(
    grave.length === 0,
    `${where} has no grave accessibility fault${grave.map((each) => `; ${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(' ')}`).join('')}`,
  );
}

async function fits(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(over <= 0, `${where} fits the width of a phone (over by ${over} px)`);
}

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('status of 4') && errors.push(message.text()));

  await page.goto(`${url}/`);
  await page.getByLabel('Token').fill('not-a-token');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  check(true, 'a wrong token is refused with words');

  await page.goto(`${url}/#token=${token}`);
  await page.reload();
  await page.getByRole('heading', { name: 'orders', level: 1 }).waitFor();
  check(!page.url().includes(token), 'the token does not stay in the address');
  await page.getByText('live', { exact: true }).waitFor();
  const bridge = page.getByRole('img', { name: /orders stands at phase 1 of 9: legacy only/ });
  await bridge.waitFor();
  check(true, 'the bridge says where the slice stands');
  await page.getByLabel(/^legacy: .*p99/).first().waitFor();
  await page.getByLabel(/^modern: /).first().waitFor();
  check(true, 'both sides are shown');
  await page.screenshot({ path: join(folder, 'crossing.png'), fullPage: true });
  await accessible(page, 'the crossing');

  // With the keyboard alone: to the button, into the dialog, a reason, and done.
  const advance = page.getByRole('button', { name: 'Advance' });
  for (let i = 0; i < 60 && !(await advance.evaluate((node) => node === document.activeElement)); i++) {
    await page.keyboard.press('Tab');
  }
  check(await advance.evaluate((node) => node === document.activeElement), 'the button is reached with Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  check(await dialog.getByRole('button', { name: 'Advance' }).isDisabled(), 'nothing is sent without a reason');
  await dialog.getByLabel(/Reason/).focus();
  await page.keyboard.type('begin, with the keyboard');
  await page.screenshot({ path: join(folder, 'dialog.png') });
  await accessible(page, 'the dialog');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await dialog.getByRole('status').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('img', { name: /phase 2 of 9: dual write/ }).waitFor({ timeout: 15_000 });
  check(true, 'the step is taken and the bridge follows by itself');

  await page.getByRole('link', { name: 'orders' }).click();
  await page.getByRole('heading', { name: 'Gates' }).waitFor();
  await page.getByText('nothing-parked').first().waitFor();
  await page.getByRole('table').first().waitFor();
  check(true, 'the slice shows its gates');
  await page.getByText('begin, with the keyboard').first().waitFor();
  check(true, 'the history tells who, when and why');
  await page.getByRole('region', { name: 'Versions of the interface' }).getByRole('row', { name: /v1 path \/api\/orders 2026-10-01 2027-03-01 [1-9]/ }).waitFor();
  await page.getByRole('region', { name: 'Consumers of versions' }).getByRole('row', { name: /v1 [1-9].* ago/ }).first().waitFor();
  check(true, 'the slice shows when a version ends and who uses it');
  await page.screenshot({ path: join(folder, 'slice.png'), fullPage: true });
  await accessible(page, 'the slice');

  await page.getByRole('link', { name: 'Journal' }).click();
  await page.getByRole('region', { name: 'Journal records' }).getByRole('row').nth(1).waitFor();
  check(true, 'the journal lists writes');
  await accessible(page, 'the journal');

  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('begin, with the keyboard').first().waitFor();
  check(true, 'the audit trail has the step');
  await accessible(page, 'the audit trail');

  await page.getByRole('link', { name: /Approvals/ }).click();
  await page.getByText('Nothing waits.').waitFor();
  await accessible(page, 'the approvals');

  const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await phone.goto(`${url}/#token=${token}`);
  await phone.getByRole('img', { name: /phase 2 of 9/ }).waitFor();
  await fits(phone, 'the crossing');
  await phone.screenshot({ path: join(folder, 'phone.png'), fullPage: true });
  await accessible(phone, 'the crossing in the dark');
  await phone.getByRole('link', { name: 'orders' }).click();
  await phone.getByText('nothing-parked').first().waitFor();
  await fits(phone, 'the slice');
  await accessible(phone, 'the slice in the dark');

  // The kill switch, with reason and confirmation.
  await page.getByRole('button', { name: 'Kill' }).click();
  await page.getByLabel(/Reason/).fill('a drill');
  await page.getByRole('button', { name: 'Send everything back' }).click();
  await page.getByRole('dialog').getByRole('status').waitFor();
  check(true, 'the kill switch answers');

  check(errors.length === 0, `no error in the browser's console${errors.map((each) => `; ${each}`).join('')}`);
  console.log(`${done.length} passed, 0 failed`);
} catch (failure) {
  console.error(`after ${done.length} checks (last: ${done.at(-1)}): ${failure.stack}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
