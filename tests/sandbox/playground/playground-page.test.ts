import axe from 'axe-core';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readSample } from '../../../src/sandbox/playground/samples.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './find-chromium.ts';
import { type OpenPlayground, openPlayground } from './open-playground.ts';

const PANES = ['discord', 'slack'] as const;
const PHONE = { width: 390, height: 844 };

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

let playground: OpenPlayground;
let browser: Browser;
let page: Page;
let pageErrors: string[] = [];

async function open(
  options: { viewport?: { width: number; height: number }; colorScheme?: 'light' | 'dark' } = {},
) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(12_000);
  page.on('pageerror', error => pageErrors.push(error.message));
  page.on('console', message => {
    // A request that the playground refuses is shown to the person; the browser logs it as well.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      pageErrors.push(message.text());
  });
  await page.goto(playground.url);
  await page.locator('.discord .channels button').first().waitFor();
}

const pane = (name: (typeof PANES)[number]) => page.locator(`.pane.${name}`);
const input = (within: Locator) => within.getByRole('combobox', { name: /^Message/ });
const press = (within: Locator, name: string) =>
  within.getByRole('button', { name, exact: true }).last().click();

/** Opens a channel that no other test writes to. */
async function openChannel(within: Locator, name: string) {
  await within.getByRole('button', { name: `# ${name}` }).click();
  await within.getByRole('heading', { name: `# ${name}` }).waitFor();
}

async function dropSample(within: Locator, name: string) {
  const bytes = Buffer.from((await readSample(name))!).toString('base64');
  // Run in the page, as text: the rest of the project knows no DOM.
  const transfer = await page.evaluateHandle(`(() => {
    const content = Uint8Array.from(atob('${bytes}'), character => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], '${name}.jpg', { type: 'image/jpeg' }));
    return transfer;
  })()`);
  await within.locator('.conversation').dispatchEvent('drop', { dataTransfer: transfer });
}

async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate<AxeResults>('axe.run(document)');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

describe.skipIf(CHROMIUM === null)('the playground in Chromium (skipped where none is found)', () => {
  beforeAll(async () => {
    [playground, browser] = await Promise.all([
      openPlayground(),
      chromium.launch({ executablePath: CHROMIUM!, args: CHROMIUM_ARGUMENTS }),
    ]);
    await open();
  });
  afterEach(() => {
    expect(pageErrors).toEqual([]);
    pageErrors = [];
  });
  afterAll(async () => {
    await browser?.close();
    await playground?.close();
  });

  it('describes a photograph at one press, on both platforms', async () => {
    for (const name of PANES) await pane(name).locator('[data-sample=march-pastoral]').click();
    for (const name of PANES) {
      await pane(name).getByText('AI description').first().waitFor();
      await pane(name)
        .getByText(/sheep appear/)
        .first()
        .waitFor();
      await pane(name)
        .getByText(/\d+ adjectives? in \d+ words/)
        .waitFor();
    }
  });

  it('answers presses: more detail in place, alt text and adjectives for the presser alone', async () => {
    for (const name of PANES) {
      const within = pane(name);
      await press(within, 'Alt text');
      await within.locator('.private pre').getByText(/sheep/).waitFor();
      await press(within, 'Show adjectives');
      await within
        .locator('.private')
        .getByText(/Supported by the picture/)
        .first()
        .waitFor();
      await press(within, 'More detail');
      await within.getByRole('button', { name: 'Shorter', exact: true }).waitFor();
      await expect.poll(() => within.locator('.private').count()).toBe(2);
    }
    const discord = pane('discord');
    await discord.getByLabel('You are').selectOption({ label: 'Robin (member)' });
    await discord.getByText('AI description').first().waitFor();
    await expect.poll(() => discord.locator('.private').count()).toBe(0);
  });

  it('takes a dropped image with alt text of its own, which its author can change', async () => {
    for (const name of PANES) {
      const within = pane(name);
      await openChannel(within, 'photos');
      await dropSample(within, 'nagasaki-boats');
      await within.getByLabel(/^Alt text of nagasaki-boats/).fill('Boats in a harbour');
      await press(within, 'Send');
      await within.getByRole('img', { name: 'Boats in a harbour' }).waitFor();
      await press(within, 'Edit alt text');
      const dialog = page.getByRole('dialog', { name: 'Edit alt text' });
      await dialog.getByLabel('Alt text').fill('Wooden boats <b>at rest</b>');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await within.getByRole('img', { name: 'Wooden boats <b>at rest</b>' }).waitFor();
      await within.getByText('AI description').waitFor();
    }
  });

  it('opens the report form, and sends it', async () => {
    for (const name of PANES) {
      await press(pane(name), 'Report');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('heading').waitFor();
      for (const select of await dialog.getByRole('combobox').all()) await select.selectOption({ index: 1 });
      await dialog.locator('button.primary').click();
      await dialog.waitFor({ state: 'detached' });
      await pane(name)
        .locator('.private')
        .getByText(/thank|report/i)
        .last()
        .waitFor();
    }
  });

  it('completes a slash command, and runs it, by keyboard alone', async () => {
    const within = pane('discord');
    await openChannel(within, 'accessibility');
    await input(within).focus();
    await page.keyboard.type('/adj');
    await within.getByRole('option', { name: /\/adjectives/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await input(within).inputValue()).toBe('/adjectives ');
    await page.keyboard.type('A small, red boat');
    await page.keyboard.press('Enter');
    await within
      .locator('.private')
      .getByText(/2 adjectives/)
      .first()
      .waitFor();
  });

  it('hints at what Slack’s command takes', async () => {
    const within = pane('slack');
    await openChannel(within, 'accessibility');
    await input(within).fill('/narrate ');
    await within.getByRole('option', { name: /stats/ }).waitFor();
    await input(within).fill('/narrate adjectives A small, red boat');
    await page.keyboard.press('Enter');
    await within
      .getByText(/2 adjectives/)
      .first()
      .waitFor();
  });

  it('shows what people write as they wrote it', async () => {
    const hostile = '<img src=x onerror=alert(1)> **bold** @everyone <script>alert(2)</script>';
    for (const name of PANES) {
      await input(pane(name)).fill(hostile);
      await page.keyboard.press('Enter');
      await pane(name).getByText('<img src=x onerror=alert(1)>').first().waitFor();
    }
    expect(await page.locator('.log img[src=x], .log script').count()).toBe(0);
  });

  it('says in words what cannot be', async () => {
    const within = pane('discord');
    await input(within).fill('/nothing');
    await page.keyboard.press('Enter');
    await within.getByRole('alert').getByText('There is no command /nothing.').waitFor();
    await input(within).fill('');
  });

  it('posts, describes and reads the answer by keyboard alone', async () => {
    const within = pane('slack');
    await openChannel(within, 'general');
    await within.getByRole('button', { name: 'Samples' }).focus();
    await page.keyboard.press('Enter');
    await within.locator('.sample-panel button').first().waitFor();
    await page.keyboard.press('Shift+Tab');
    const boats = within.locator('.sample-panel [data-sample=allium-oreophilum]');
    await boats.focus();
    await page.keyboard.press('Enter');
    await within.getByText('Ask for a description').waitFor();
    await page.keyboard.press('Enter');
    await within.getByRole('log').getByRole('button', { name: 'Alt text', exact: true }).nth(1).waitFor();
  });

  it('describes by the message’s menu, answers replies, and lets authors delete', async () => {
    for (const name of PANES) {
      const within = pane(name);
      await openChannel(within, 'photos');
      const before = await within.getByText('AI description').count();
      await dropSample(within, 'march-pastoral');
      await within.getByLabel('Ask for a description').uncheck();
      await press(within, 'Send');
      const post = within.locator('.messages > li').last();
      await post.getByRole('button', { name: 'Describe image' }).click();
      await expect.poll(() => within.getByText('AI description').count()).toBe(before + 1);
      await within.getByRole('button', { name: 'Edit alt text' }).last().waitFor();
      const own = within
        .locator('.messages > li', { has: page.getByRole('button', { name: 'Edit alt text' }) })
        .last();
      await own.getByRole('button', { name: 'Reply' }).click();
      await within.getByText('Replying to').waitFor();
      await page.keyboard.type('@Visual Narrator what is this?');
      await page.keyboard.press('Enter');
      await expect.poll(() => within.getByText('AI description').count()).toBe(before + 2);
      const id = await own.getAttribute('data-message');
      await own.getByRole('button', { name: 'Delete', exact: true }).click();
      await within.locator(`[data-message="${id}"]`).waitFor({ state: 'detached' });
    }
  });

  it('comes back with everything after the connection broke', async () => {
    const [discord] = playground.sandbox.platforms;
    const [person] = discord!.people;
    const channel = discord!.snapshot(person!.id).channels.find(({ name }) => name === 'photos');
    await playground.interrupt(async () => {
      await page.getByText('Not connected').waitFor();
      await discord!.post({
        personId: person!.id,
        channelId: channel!.id,
        text: 'Written while nobody looked',
        files: [],
      });
    });
    await pane('discord').getByText('Written while nobody looked').waitFor();
  });

  it.each([
    ['light', undefined],
    ['dark', undefined],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('gives axe nothing to say: %s, %o', async (colorScheme, viewport) => {
    await page.context().close();
    await open({ colorScheme, ...(viewport ? { viewport } : {}) });
    await page.getByText('AI description').first().waitFor();
    expect(await violations()).toEqual([]);
    if (viewport) {
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        PHONE.width,
      );
      await page.getByRole('button', { name: 'Slack', exact: true }).click();
      await pane('slack').getByText('AI description').first().waitFor();
      expect(await violations()).toEqual([]);
    }
    const shown = viewport ? pane('slack') : pane('discord');
    await press(shown, 'Report');
    await page.getByRole('dialog').waitFor();
    expect(await violations()).toEqual([]);
  });

  it('behaved on both platforms', () => {
    expect(playground.sandbox.platforms.flatMap(platform => platform.problems())).toEqual([]);
    expect(playground.complaints).toEqual([]);
  });

  it('shows what a platform refused', async () => {
    const { connection } = playground.sandbox.platforms[0]!;
    const response = await fetch(`${connection.baseUrl}/api/v10/users/@me/channels`, {
      method: 'POST',
      headers: { authorization: `Bot ${connection.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ nothing_known: '<b>x</b>' }),
    });
    expect(response.status).toBe(400);
    await page.context().close();
    await open();
    await page.getByRole('button', { name: /^\d+ problems?$/ }).click();
    const dialog = page.getByRole('dialog', { name: 'What the platforms refused' });
    await dialog.getByRole('listitem').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});
