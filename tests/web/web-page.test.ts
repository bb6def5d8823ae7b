import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../sandbox/playground/find-chromium.ts';
import { type OpenWeb, openWeb, readPhoto } from './open-web.ts';

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const LOOKS = (['light', 'dark'] as const).flatMap(colorScheme =>
  [1280, 768, 390].map(width => ({ colorScheme, viewport: { width, height: 900 } })),
);

let web: OpenWeb;
let browser: Browser;

async function open(place: string, options: object): Promise<{ page: Page; errors: string[] }> {
  const page = await (await browser.newContext(options)).newPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.goto(web.url + place);
  return { page, errors };
}

/** What axe finds, and whether the page is wider than the window. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  return isWide ? [...found, 'wider than the window'] : found;
}

describe.skipIf(CHROMIUM === null)('the pages in Chromium (skipped where none is found)', () => {
  beforeAll(async () => {
    [web, browser] = await Promise.all([
      openWeb(),
      chromium.launch({ executablePath: CHROMIUM!, args: CHROMIUM_ARGUMENTS }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await web?.close();
  });

  it.each(LOOKS)('are without fault: $colorScheme, $viewport.width pixels', async look => {
    const { page, errors } = await open('/', look);
    for (const summary of await page.locator('summary').all()) await summary.click();
    // As text: the rest of the project knows no DOM.
    const drawn = 'Promise.all([...document.images].map(image => image.decode())).then(all => all.length)';
    expect(await page.evaluate(drawn)).toBe(2);
    expect(await faultsOf(page)).toEqual([]);
    await page.goto(`${web.url}/try`);
    expect(await faultsOf(page)).toEqual([]);
    const photo = Buffer.from(await readPhoto());
    await page.locator('#image').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.locator('.preview').waitFor();
    await page.getByRole('button', { name: 'Describe' }).click();
    await page.getByText(/sheep/).first().waitFor();
    await page.locator('summary').click();
    expect(await faultsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('describe an image without JavaScript', async () => {
    const { page } = await open('/try', { javaScriptEnabled: false });
    const photo = Buffer.from(await readPhoto());
    await page.locator('#image').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.getByRole('button', { name: 'Describe' }).click();
    await page.getByRole('heading', { name: 'AI description' }).waitFor();
    expect(await page.locator('mark.supported').count()).toBeGreaterThan(1);
  });
});
