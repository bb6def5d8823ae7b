import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FONTS, renderText } from '../../bench/render-text.ts';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import { createNarrationService, type NarrationService } from '../../src/inference/narration-service.ts';
import { serveHttp } from '../inference/image/serve-locally.ts';
import { SwaggerConformance } from '../sandbox/swagger-conformance.ts';
import {
  actionIdOf,
  isDescription,
  startWorkspace as openWorkspace,
  SCOPES,
  type SeenMessage,
  type Workspace,
  type WorkspaceOptions,
} from './slack-workspace.ts';

const RED = drawPng(320, 240, () => [200, 30, 40]);
const BLUE = drawPng(320, 240, () => [30, 60, 200]);

const DESCRIPTION = new URL('../../../shared/specs/slack-web-openapi-2021.json', import.meta.url);
const hasDescription = existsSync(DESCRIPTION);
const conformance = hasDescription
  ? new SwaggerConformance(JSON.parse(readFileSync(DESCRIPTION, 'utf8')))
  : null;

/** A workspace whose exchanges are all recorded, for the last test. */
const startWorkspace = (options: WorkspaceOptions) =>
  openWorkspace({
    ...options,
    slack: { ...(conformance && { recorder: conformance }), ...options.slack },
  });

let narration: NarrationService;
beforeAll(() => {
  narration = createNarrationService({
    engines: [{ engine: 'embedded', cacheFolder: null }],
    env: process.env,
  });
});
afterAll(() => narration.close(0));

/** A good run leaves Slack nothing to complain about. */
function expectNoProblems({ slack }: Workspace): void {
  expect(slack.problems()).toEqual([]);
}

const says = (text: string | RegExp) => (message: SeenMessage) =>
  typeof text === 'string' ? message.text.includes(text) : text.test(message.text);

const quiet = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

const botMessages = (workspace: Workspace, name: string, channelId: string) =>
  workspace.messages(name, channelId).filter(({ isBot }) => isBot);

/** A description in #general by a mention of maya's. */
async function mentioned(workspace: Workspace, files: readonly Uint8Array[] = [RED]) {
  const general = workspace.channel('general');
  const ts = await workspace.post('maya', general, '@Visual Narrator please', files);
  return { general, ts, answer: await workspace.seen('kofi', general, isDescription) };
}

async function watch(workspace: Workspace, channelName = 'photos'): Promise<string> {
  const channel = workspace.channel(channelName);
  await workspace.narrate('olive', channel, 'settings watch:on');
  await workspace.seen('olive', channel, ({ onlyFor, text }) => onlyFor !== null && /watch/iu.test(text));
  return channel;
}

/** The form that is open for a person. */
async function formOf(workspace: Workspace, name: string) {
  return await vi.waitFor(() => {
    const form = workspace.events(name).findLast(event => event.type === 'form');
    if (form?.type !== 'form') throw new Error(`no form; ${workspace.lines.join('\n')}`);
    return form;
  });
}

async function homeOf(workspace: Workspace, name: string, fits: (json: string) => boolean): Promise<string> {
  return await vi.waitFor(() => {
    const home = workspace.events(name).findLast(event => event.type === 'home');
    const json = home?.type === 'home' ? JSON.stringify(home.json) : '';
    if (!fits(json)) throw new Error(`no such home: ${json}; ${workspace.lines.join('\n')}`);
    return json;
  });
}

describe('mentions', () => {
  test('with an image: answered in its thread, label first, after a sign of work that becomes the answer', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, ts, answer } = await mentioned(workspace);
    expect(answer.threadTs).toBe(ts);
    expect(answer.text).toMatch(/^AI description\n.*red/isu);
    expect(answer.text).toMatch(/adjectives? in \d+ words/u);
    const told = workspace.events('kofi').filter(event => event.type === 'message');
    expect(JSON.stringify(told.at(-1))).toContain('Looking at the picture…');
    expect(botMessages(workspace, 'kofi', general)).toHaveLength(1);
    expectNoProblems(workspace);
  });

  test('in a thread under an image: the image that was replied to', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const ts = await workspace.post('maya', general, 'look', [BLUE]);
    await workspace.post('kofi', general, 'what is this, @Visual Narrator?', [], { inReplyTo: ts });
    const answer = await workspace.seen('maya', general, isDescription);
    expect(answer.threadTs).toBe(ts);
    expect(answer.text).toMatch(/blue/u);
    expectNoProblems(workspace);
  });

  test('without an image: what to do instead', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const ts = await workspace.post('maya', general, '@Visual Narrator hello');
    const answer = await workspace.seen('maya', general, says('Mention me in a message with an image'));
    expect(answer.threadTs).toBe(ts);
    expectNoProblems(workspace);
  });

  test('of several images: one answer, numbered', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await mentioned(workspace, [RED, BLUE]);
    expect(answer.text).toMatch(/1 of 2[\s\S]*red[\s\S]*2 of 2[\s\S]*blue/iu);
    expect(botMessages(workspace, 'kofi', general)).toHaveLength(1);
    expectNoProblems(workspace);
  });

  test('with a file of which the event tells no more than the id', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const ts = await workspace.post('maya', general, 'look', [BLUE]);
    workspace.slack.hideFile(ts, 0);
    await workspace.post('kofi', general, '@Visual Narrator', [], { inReplyTo: ts });
    expect((await workspace.seen('maya', general, isDescription)).text).toMatch(/blue/u);
    expectNoProblems(workspace);
  });

  test('direct messages need no mention', async () => {
    const workspace = await startWorkspace({ narration });
    const direct = workspace.direct('maya');
    await workspace.post('maya', direct, '', [RED]);
    expect((await workspace.seen('maya', direct, isDescription)).text).toMatch(/red/u);
    expectNoProblems(workspace);
  });

  test('where the topic wants no bots: refused, to whoever asked alone', async () => {
    const workspace = await startWorkspace({ narration });
    const channel = workspace.channel('no-robots');
    await workspace.post('maya', channel, '@Visual Narrator', [RED]);
    const answer = await workspace.seen('maya', channel, says('asks bots to leave'));
    expect(answer.onlyFor).toBe(workspace.person('maya'));
    expect(botMessages(workspace, 'kofi', channel)).toEqual([]);
    expectNoProblems(workspace);
  });
});

describe('the slash command', () => {
  test('describe: an address on this machine is refused, to whoever asked alone', async () => {
    const { url } = await serveHttp((_, response) => response.end(RED));
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    await workspace.narrate('maya', general, `describe ${url}/a.png`);
    await workspace.seen('maya', general, says('private or reserved network address'));
    expect(botMessages(workspace, 'kofi', general)).toEqual([]);
    expectNoProblems(workspace);
  });

  test('describe: where the bot is a member by a message that grows, else by the response URL', async () => {
    const { address } = await serveHttp((_, response) => response.end(RED));
    const workspace = await startWorkspace({ narration, allowedAddresses: [address] });
    const general = workspace.channel('general');
    await workspace.narrate('maya', general, `describe http://${address}/a.png`);
    const answer = await workspace.seen('kofi', general, isDescription);
    expect(answer).toMatchObject({ threadTs: undefined, text: expect.stringContaining('red') });
    expectNoProblems(workspace);

    const photos = workspace.channel('photos');
    workspace.slack.setBotMembership(photos, false);
    await workspace.narrate('maya', photos, `http://${address}/a.png`);
    expect((await workspace.seen('kofi', photos, isDescription)).text).toContain('red');
    expect(botMessages(workspace, 'maya', photos).map(({ onlyFor }) => onlyFor !== null)).toEqual([
      true,
      false,
    ]);
    expectNoProblems(workspace);
  });

  test.each([
    ['help', 'narrate', true],
    ['', 'narrate', true],
    ['adjectives a small red house', /2 adjectives/u, true],
    ['privacy', 'Nothing is kept about you', true],
    ['privacy opt-out', 'You have opted out', true],
    ['settings', 'Settings of this channel', true],
    ['goals', /goal/iu, false],
    ['benchmark', /benchmark|measured/iu, false],
    ['leaderboard', /leaderboard/iu, null],
    ['stats', /described|description/iu, null],
    ['describe', 'cannot carry a picture', true],
    ['nonsense', 'There is no command “nonsense”', true],
    ['stats days:0', 'whole number from 1 to 365', true],
  ])('%s', async (typed, text, isPrivate) => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    await workspace.narrate('maya', general, typed);
    const answer = await workspace.seen('maya', general, says(text));
    if (isPrivate !== null) {
      expect(answer.onlyFor).toBe(isPrivate ? workspace.person('maya') : null);
      expect(botMessages(workspace, 'kofi', general)).toHaveLength(isPrivate ? 0 : 1);
    }
    expectNoProblems(workspace);
  });

  test('stats: a chart with alternative text, once something was described', async () => {
    const workspace = await startWorkspace({ narration });
    const { general } = await mentioned(workspace);
    await workspace.narrate('maya', general, 'stats');
    const stats = await workspace.seen('kofi', general, ({ json }) => json.includes('"type":"image"'));
    const picture = stats.blocks.find(({ type }) => type === 'image') as {
      alt_text: string;
      slack_file: { id: string };
    };
    expect(picture.alt_text).toMatch(/\d/u);
    expect(workspace.slack.readFile(picture.slack_file.id)?.mimetype).toBe('image/png');
    expectNoProblems(workspace);
  });

  test('settings: watching where the bot is not, then where it was invited', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    workspace.slack.setBotMembership(general, false);
    await workspace.narrate('olive', general, 'settings watch:on');
    await workspace.seen('olive', general, says('not a member of this channel'));
    workspace.slack.setBotMembership(general, true);
    await vi.waitFor(
      async () => {
        await workspace.narrate('olive', general, 'settings watch:on');
        expect(workspace.commands.isWatched({ platform: 'slack', channelId: general })).toBe(true);
      },
      { timeout: 8000, interval: 500 },
    );
    expectNoProblems(workspace);
  });

  test('settings: changed by who may manage the channel, and by nobody else', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    await workspace.narrate('maya', general, 'settings watch:on');
    await workspace.seen('maya', general, says('Only people who may manage this channel'));
    expect(workspace.commands.isWatched({ platform: 'slack', channelId: general })).toBe(false);
    await workspace.narrate('moss', general, 'settings watch:on');
    await workspace.seen('moss', general, says(/watch/iu));
    expect(workspace.commands.isWatched({ platform: 'slack', channelId: general })).toBe(true);
    expectNoProblems(workspace);
  });
});

describe('the message shortcut', () => {
  test('answers in the thread of the message', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const messageId = await workspace.post('maya', general, 'look', [BLUE]);
    const personId = workspace.person('kofi');
    await workspace.slack.runShortcut({
      personId,
      channelId: general,
      messageId,
      shortcut: 'Describe image',
    });
    const answer = await workspace.seen('maya', general, isDescription);
    expect(answer).toMatchObject({ threadTs: messageId, text: expect.stringContaining('blue') });
    expectNoProblems(workspace);
  });

  test('on a message without an image says so privately, and leaves nothing behind', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const messageId = await workspace.post('maya', general, 'look');
    const personId = workspace.person('kofi');
    await workspace.slack.runShortcut({
      personId,
      channelId: general,
      messageId,
      shortcut: 'Describe image',
    });
    await workspace.seen('kofi', general, says('has no image'));
    expect(botMessages(workspace, 'maya', general)).toEqual([]);
    expectNoProblems(workspace);
  });

  test('where the bot is not: answers through the response URL', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const messageId = await workspace.post('maya', general, 'look', [BLUE]);
    workspace.slack.setBotMembership(general, false);
    const personId = workspace.person('kofi');
    await workspace.slack.runShortcut({
      personId,
      channelId: general,
      messageId,
      shortcut: 'Describe image',
    });
    expect((await workspace.seen('maya', general, isDescription)).text).toContain('blue');
    expect(botMessages(workspace, 'kofi', general).map(({ onlyFor }) => onlyFor)).toEqual([personId, null]);
    expectNoProblems(workspace);
  });
});

describe('watch mode', () => {
  test('describes images without alt text once for each message, in its thread', async () => {
    const workspace = await startWorkspace({ narration });
    const photos = await watch(workspace);
    const ts = await workspace.post('maya', photos, 'my day', [RED, BLUE]);
    const answer = await workspace.seen('kofi', photos, isDescription);
    expect(answer.threadTs).toBe(ts);
    expect(answer.text).toMatch(/1 of 2[\s\S]*2 of 2/iu);
    await quiet(400);
    expect(botMessages(workspace, 'kofi', photos)).toHaveLength(1);
    expectNoProblems(workspace);
  });

  test('leaves images alone that have alt text, or get it in time', async () => {
    const workspace = await startWorkspace({ narration, bots: { graceMs: 400 } });
    const photos = await watch(workspace);
    await workspace.post('maya', photos, 'one', [RED], { altText: 'A red field' });
    const ts = await workspace.post('maya', photos, 'two', [BLUE]);
    await workspace.slack.setAltText(ts, 0, 'A blue field');
    await quiet(900);
    expect(botMessages(workspace, 'kofi', photos)).toEqual([]);
    expectNoProblems(workspace);
  });

  test('answers a mention there once, and nothing in channels that are not watched', async () => {
    const workspace = await startWorkspace({ narration });
    const photos = await watch(workspace);
    const general = workspace.channel('general');
    await workspace.post('maya', general, 'look', [RED]);
    await workspace.post('maya', photos, '@Visual Narrator', [RED]);
    await workspace.seen('kofi', photos, isDescription);
    await quiet(400);
    expect(botMessages(workspace, 'kofi', photos)).toHaveLength(1);
    expect(botMessages(workspace, 'kofi', general)).toEqual([]);
    expectNoProblems(workspace);
  });

  test('a direct message is answered once, also where it is watched', async () => {
    const workspace = await startWorkspace({ narration });
    const direct = workspace.direct('maya');
    await workspace.narrate('maya', direct, 'settings watch:on');
    await workspace.seen('maya', direct, says(/watch/iu));
    await workspace.post('maya', direct, '', [RED]);
    await workspace.seen('maya', direct, isDescription);
    await quiet(400);
    expect(workspace.messages('maya', direct).filter(isDescription)).toHaveLength(1);
    expectNoProblems(workspace);
  });

  test('an image posted in a thread is answered in that thread', async () => {
    const workspace = await startWorkspace({ narration });
    const photos = await watch(workspace);
    const root = await workspace.post('maya', photos, 'a thread');
    await workspace.post('maya', photos, 'in it', [RED], { inReplyTo: root });
    expect((await workspace.seen('kofi', photos, isDescription)).threadTs).toBe(root);
    expectNoProblems(workspace);
  });
});

describe('buttons', () => {
  test('more detail and shorter change the message', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await mentioned(workspace);
    await workspace.press('maya', answer, 'more');
    const longer = await workspace.seen('kofi', general, ({ json }) => json.includes('"shorter:'));
    expect(longer.id).toBe(answer.id);
    await workspace.press('maya', longer, 'shorter');
    const shorter = await workspace.seen('kofi', general, isDescription);
    expect(shorter.text.split('\n')[1]).toBe(answer.text.split('\n')[1]);
    await workspace.press('maya', shorter, 'again');
    await quiet(300);
    expect((await workspace.seen('kofi', general, isDescription)).id).toBe(answer.id);
    expectNoProblems(workspace);
  });

  test('for others than the two whom it is about, more detail is a private copy, and its buttons work', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await mentioned(workspace);
    await workspace.press('kofi', answer, 'more');
    const copy = await workspace.seen(
      'kofi',
      general,
      ({ onlyFor, json }) => onlyFor !== null && json.includes('"shorter:'),
    );
    await workspace.press('kofi', copy, 'shorter');
    await workspace.seen('kofi', general, ({ onlyFor, json }) => onlyFor !== null && json.includes('"more:'));
    expect(botMessages(workspace, 'maya', general)).toHaveLength(1);
    expectNoProblems(workspace);
  });

  test('alt text and adjectives answer privately in the thread, and leave the message as it is', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, ts, answer } = await mentioned(workspace);
    await workspace.press('kofi', answer, 'alt');
    const alt = await workspace.seen('kofi', general, ({ json }) => json.includes('rich_text_preformatted'));
    expect(alt).toMatchObject({ onlyFor: workspace.person('kofi'), threadTs: ts });
    await workspace.press('kofi', answer, 'adjectives');
    const marked = await workspace.seen('kofi', general, ({ json }) => json.includes('rich_text_section'));
    expect(marked.onlyFor).toBe(workspace.person('kofi'));
    expect(marked.text).toMatch(/\((?:supported|not checkable|contradicted)\)/u);
    expect(botMessages(workspace, 'maya', general)).toEqual([answer]);
    expectNoProblems(workspace);
  });

  test('report opens a form, and stores what was sent', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await mentioned(workspace);
    await workspace.press('kofi', answer, 'report');
    const { formId } = await formOf(workspace, 'kofi');
    const values = { reason: 'wrong', comment: 'It is *green* <!channel>' };
    await workspace.slack.submit({ personId: workspace.person('kofi'), formId, values });
    const thanks = await workspace.seen('kofi', general, says('Thank you'));
    expect(thanks.onlyFor).toBe(workspace.person('kofi'));
    const [report] = await workspace.store.reports.list(1);
    expect(report).toMatchObject({ reason: 'wrong', reporterId: workspace.person('kofi') });
    expectNoProblems(workspace);
  });

  test('settings opens a form for who may manage the channel, filled in with what is', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    await workspace.narrate('olive', general, 'settings');
    const settings = await workspace.seen('olive', general, ({ json }) => json.includes('"settings:'));
    await workspace.press('olive', settings, 'settings');
    const { formId } = await formOf(workspace, 'olive');
    const values = { watch: 'on', style: 'alt', history: 'off', retention: '7' };
    await workspace.slack.submit({ personId: workspace.person('olive'), formId, values });
    await vi.waitFor(async () => {
      const stored = await workspace.store.settings.channel('slack', general);
      expect(stored).toMatchObject({ watch: true, style: 'alt', retentionDays: 7 });
    });
    expectNoProblems(workspace);
  });

  test('delete: by the one who asked or a moderator, and by nobody else', async () => {
    const workspace = await startWorkspace({ narration });
    const first = await mentioned(workspace);
    await workspace.press('kofi', first.answer, 'delete');
    await workspace.seen('kofi', first.general, says('Only whoever asked'));
    await workspace.press('maya', first.answer, 'delete');
    await vi.waitFor(() => expect(botMessages(workspace, 'maya', first.general)).toEqual([]));
    const second = await mentioned(workspace, [BLUE]);
    await workspace.press('moss', second.answer, 'delete');
    await vi.waitFor(() => expect(botMessages(workspace, 'maya', first.general)).toEqual([]));
    expectNoProblems(workspace);
  });

  test('a form that Slack does not open is told of privately', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await mentioned(workspace);
    workspace.slack.faults.failRequests(/views\.open/u, 500, 3);
    await workspace.press('kofi', answer, 'report');
    const told = await workspace.seen('kofi', general, ({ onlyFor }) => onlyFor !== null);
    expect(told.text).toMatch(/try again in a minute/u);
  });
});

describe('the App Home', () => {
  test('shows figures and wishes, and its buttons work there', async () => {
    const workspace = await startWorkspace({ narration });
    await mentioned(workspace);
    const personId = workspace.person('maya');
    await workspace.slack.openHome(personId);
    const home = await homeOf(workspace, 'maya', json => json.includes('"opt-out:me"'));
    expect(home).toContain('Descriptions of your images');
    const press = (json: string, action: string) =>
      workspace.slack.press({
        personId,
        channelId: workspace.direct('maya'),
        messageId: 'home',
        actionId: actionIdOf(json, action),
      });
    await press(home, 'forget');
    const asked = await homeOf(workspace, 'maya', json => json.includes('"forget-confirm:me"'));
    await press(asked, 'forget-confirm');
    await homeOf(workspace, 'maya', json => json.includes('Nothing is kept about you'));
    await press(home, 'opt-out');
    await homeOf(workspace, 'maya', json => json.includes('You have opted out.'));
    expect(await workspace.store.people.hasOptedOut('slack', personId)).toBe(true);
    expectNoProblems(workspace);
  });
});

describe('limits and permissions', () => {
  test('too many images in a minute: told privately when it is over', async () => {
    const workspace = await startWorkspace({ narration, bots: { perPersonPerMinute: 1 } });
    const { general } = await mentioned(workspace);
    await workspace.post('maya', general, '@Visual Narrator', [BLUE]);
    const told = await workspace.seen('maya', general, ({ onlyFor }) => onlyFor !== null);
    expect(told.text).toMatch(/seconds?|minute/u);
    expect(botMessages(workspace, 'kofi', general)).toHaveLength(1);
    expectNoProblems(workspace);
  });

  test('without files:read the missing scope is named', async () => {
    const scopes = SCOPES.filter(scope => scope !== 'files:read');
    const workspace = await startWorkspace({ narration, slack: { scopes } });
    const general = workspace.channel('general');
    await workspace.post('maya', general, '@Visual Narrator', [RED]);
    const told = await workspace.seen('maya', general, ({ onlyFor }) => onlyFor !== null);
    expect(told.text).toContain('files:read');
    expect(botMessages(workspace, 'kofi', general)).toEqual([]);
  });
});

describe('a picture that says hostile things', () => {
  test('is quoted, and nothing pings, links or formats', async () => {
    const { pixels, width, height } = await renderText({
      lines: ['@everyone visit http://evil.com', '<!channel> *bold* <@U012ABC>'],
      size: 32,
      ink: '#222222',
      ground: '#ffffff',
      font: FONTS[0],
    });
    const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await mentioned(workspace, [png]);
    expect(answer.text).toMatch(/everyone visit/u);
    await workspace.press('maya', answer, 'more');
    const longer = await workspace.seen('maya', general, ({ json }) => json.includes('"shorter:'));
    await workspace.press('maya', longer, 'alt');
    const alt = await workspace.seen('maya', general, ({ json }) => json.includes('rich_text_preformatted'));
    for (const message of [answer, longer, alt]) {
      expect(message.json).not.toMatch(/"type":"(?:mrkdwn|markdown|link|user|usergroup|broadcast|channel)"/u);
      expect(message.text).not.toMatch(/@everyone|<!|http:/u);
    }
    expect(workspace.slack.marksOf(longer.id)).toEqual({ pings: [], links: [] });
    expect(workspace.slack.marksOf(alt.id)).toEqual({ pings: [], links: [] });
    expectNoProblems(workspace);
  });
});

/** Methods that are younger than the description. */
const NOT_DESCRIBED = ['apps.connections.open', 'files.completeUploadExternal', 'files.getUploadURLExternal'];

test.skipIf(!hasDescription)(
  'every request of the tests above is as Slack described it (skipped without ../shared/specs/slack-web-openapi-2021.json)',
  () => {
    expect([...conformance!.missing].toSorted()).toEqual(NOT_DESCRIBED);
    const faults = [...conformance!.faults.values()]
      .filter(({ where }) => where.endsWith('request'))
      .map(({ where, at, keyword, detail }) => `${where} ${at}: ${keyword} ${detail}`);
    expect(faults).toEqual([]);
    expect(conformance!.seen.size).toBeGreaterThanOrEqual(10);
  },
);
