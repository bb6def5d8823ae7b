// Drives Chromium through a visit to the playground and writes the pictures of the README and the docs: npm run screenshots.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { readConfig } from '../src/config/env.ts';
import { createLogger } from '../src/logging/create-logger.ts';
import { createPlayground } from '../src/sandbox/playground/create-playground.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { createService } from '../src/service.ts';
import { playLaunch } from './pretend-launch.ts';

const FOLDER = path.join(import.meta.dirname, '../docs/images');
const CHROMIUM = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  file => file && existsSync(file),
);
const DESKTOP = { width: 1280, height: 930 };
const PHONE = { width: 390, height: 844 };
/** The dashboard is shown whole, in the looks that people have most. */
const DASHBOARDS = [
  { name: 'desktop', width: 1280, colorScheme: 'light' },
  { name: 'tablet', width: 768, colorScheme: 'dark' },
  { name: 'phone', width: 390, colorScheme: 'light' },
] as const;

if (!CHROMIUM) throw new Error('No Chromium found: install it, or name it in CHROMIUM.');
await mkdir(FOLDER, { recursive: true });
const sandbox = await startSandbox();
// The dashboard shows the run that the docs hold.
const benchmarksFolder = fileURLToPath(new URL('../docs/benchmarks', import.meta.url));
const connected = sandbox.connect({ ...readConfig({}), benchmarksFolder, logLevel: 'warn' });
const launch = await playLaunch(connected);
const config = { ...connected, reach: launch.reach };
const log = createLogger(config, process.stdout);
const playground = await createPlayground({ platforms: sandbox.platforms, host: '127.0.0.1', port: 0, log });
const service = createService(config, { log, env: process.env, warmsUp: true });
let browser: Browser | undefined;
try {
  await service.start(new AbortController().signal);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await open(browser, DESKTOP, 'light');
  await visit(page);
  await shoot(page, 'playground-desktop-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'playground-desktop-dark');
  for (const colorScheme of ['light', 'dark'] as const) {
    const phone = await open(browser, PHONE, colorScheme);
    await showDescription(phone, 'discord');
    await shoot(phone, `playground-phone-${colorScheme}`);
  }
  // The dashboard of the same service: what it measured in this visit, and the pretend weeks before.
  for (const { name, width, colorScheme } of DASHBOARDS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(service.webUrl()!);
    await page.evaluate('Promise.all([...document.images].map(image => image.decode()))');
    await shoot(page, `dashboard-${name}-${colorScheme}`, true);
  }
} finally {
  await browser?.close();
  await service.stop(2000);
  await playground.close();
  await launch.close();
  await sandbox.close();
}

async function open(on: Browser, viewport: typeof DESKTOP, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await on.newContext({
    viewport,
    colorScheme,
    deviceScaleFactor: 2,
    // As in the pictures of the last time, wherever this runs.
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(playground.url);
  await page.locator('.discord .channels button').first().waitFor();
  return page;
}

/** A photograph on both platforms, the adjectives shown on one and the alt text on the other. */
async function visit(page: Page): Promise<void> {
  await page.locator('.discord [data-sample=march-pastoral]').click();
  await page.locator('.slack [data-sample=nagasaki-boats]').click();
  for (const name of ['discord', 'slack']) {
    await page.locator(`.${name}`).getByRole('button', { name: 'More detail', exact: true }).waitFor();
  }
  await page.waitForTimeout(800);
  await page.locator('.discord').getByRole('button', { name: 'Show adjectives', exact: true }).click();
  await page.locator('.discord .private .text').first().waitFor();
  await page.locator('.slack').getByRole('button', { name: 'Alt text', exact: true }).click();
  await page.locator('.slack .private pre').first().waitFor();
  // Neither the pointer nor the focus in the picture.
  await page.mouse.move(0, 0);
  await page.locator(':focus').blur();
  await page.waitForTimeout(500);
}

async function showDescription(page: Page, name: string): Promise<void> {
  await page.locator(`.${name}`).getByText('AI description').first().waitFor();
  await page.waitForTimeout(500);
  await page.locator(`.${name} .log`).evaluate(log => {
    log.scrollTop = 0;
  });
  await page.waitForTimeout(200);
}

async function shoot(page: Page, name: string, isWhole = false): Promise<void> {
  const file = path.join(FOLDER, `${name}.webp`);
  const { size } = await sharp(await page.screenshot({ fullPage: isWhole }))
    .webp({ quality: 78 })
    .toFile(file);
  process.stdout.write(`${path.relative(process.cwd(), file)}  ${Math.round(size / 1024)} KB\n`);
}
