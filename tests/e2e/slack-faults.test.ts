import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import { createNarrationService, type NarrationService } from '../../src/inference/narration-service.ts';
import { isDescription, startWorkspace, type Workspace } from './slack-workspace.ts';

const RED = drawPng(320, 240, () => [200, 30, 40]);
const BLUE = drawPng(320, 240, () => [30, 60, 200]);

let narration: NarrationService;
beforeAll(() => {
  narration = createNarrationService({
    engines: [{ engine: 'embedded', cacheFolder: null }],
    env: process.env,
  });
});
afterAll(() => narration.close(0));

const botMessages = (workspace: Workspace, name: string, channelId: string) =>
  workspace.messages(name, channelId).filter(({ isBot }) => isBot);

async function askFor(workspace: Workspace, file = RED) {
  const general = workspace.channel('general');
  await workspace.post('maya', general, '@Visual Narrator', [file]);
  return { general, answer: await workspace.seen('kofi', general, isDescription) };
}

describe('the socket', () => {
  test.each(['refresh', 'warning', 'cut'] as const)(
    '%s: another is opened, and events come in again',
    async how => {
      const workspace = await startWorkspace({ narration });
      expect(workspace.bot.whyNotReady()).toBeNull();
      workspace.slack.faults.dropConnections(how);
      await vi.waitFor(() => expect(workspace.lines.join('\n')).toContain('connected to Slack again'), {
        timeout: 5000,
      });
      expect(workspace.bot.whyNotReady()).toBeNull();
      expect(workspace.slack.connectionCount).toBe(1);
      expect((await askFor(workspace)).answer.text).toMatch(/red/u);
    },
  );

  test('an outage while it reconnects is waited out', async () => {
    const workspace = await startWorkspace({ narration });
    workspace.slack.faults.failRequests(/apps\.connections\.open/u, 503, 5);
    workspace.slack.faults.dropConnections('cut');
    await vi.waitFor(() => expect(workspace.bot.whyNotReady()).toContain('socket'), { timeout: 5000 });
    await vi.waitFor(() => expect(workspace.bot.whyNotReady()).toBeNull(), { timeout: 10_000 });
    await askFor(workspace);
  });
});

describe('the Web API', () => {
  test.each([
    ['429', /chat\.update/u, 429, 1, 1],
    ['503', /chat\.update/u, 503, 3, undefined],
    ['503 for each call at first', /\/api\//u, 503, 2, undefined],
  ])('%s: the description comes all the same, once', async (_, path, status, times, after) => {
    const workspace = await startWorkspace({ narration });
    workspace.slack.faults.failRequests(path, status, times, after);
    const { general } = await askFor(workspace);
    expect(botMessages(workspace, 'kofi', general)).toHaveLength(1);
  });

  test('a watched image is not lost where Slack does not tell about it for seconds', async () => {
    const workspace = await startWorkspace({ narration, bots: { graceMs: 0 } });
    const general = workspace.channel('general');
    await workspace.narrate('olive', general, 'settings watch:on');
    await workspace.seen('olive', general, ({ onlyFor }) => onlyFor !== null);
    // Bolt makes each call twice; more than three calls.
    workspace.slack.faults.failRequests(/files\.info|conversations\.replies/u, 503, 9);
    await workspace.post('maya', general, 'look', [BLUE]);
    await workspace.seen('kofi', general, isDescription);
    expect(botMessages(workspace, 'kofi', general)).toHaveLength(1);
  }, 20_000);

  test('a sign of work that cannot be shown is no reason not to answer', async () => {
    const workspace = await startWorkspace({ narration });
    workspace.slack.faults.failRequests(/chat\.postMessage/u, 500, 2);
    await askFor(workspace);
    expect(workspace.lines.join('\n')).toContain('a sign of work could not be shown');
  });

  test('without rights that Slack can tell of, nobody has any', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    workspace.slack.faults.failRequests(/users\.info/u, 500, 20);
    await workspace.narrate('olive', general, 'settings watch:on');
    await workspace.seen('olive', general, ({ text }) => text.includes('Only people who may manage'));
    expect(workspace.commands.isWatched({ platform: 'slack', channelId: general })).toBe(false);
  });
});

describe('what runs out', () => {
  test('a trigger: the form is not opened, which is logged', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await askFor(workspace);
    // Told to expire between the press and the call: the press is under way when they do.
    const pressed = workspace.press('kofi', answer, 'report');
    workspace.slack.faults.expireInteractions();
    await pressed;
    await vi.waitFor(() => expect(workspace.lines.join('\n')).toMatch(/views\.open.*trigger/u));
    expect(botMessages(workspace, 'maya', general)).toHaveLength(1);
  });

  test('the address of a file: it is asked for anew', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const messageId = await workspace.post('maya', general, 'look', [BLUE]);
    const personId = workspace.person('kofi');
    const shortcut = workspace.slack.runShortcut({
      personId,
      channelId: general,
      messageId,
      shortcut: 'Describe image',
    });
    workspace.slack.faults.expireImageUrls();
    await shortcut;
    expect((await workspace.seen('maya', general, isDescription)).text).toMatch(/blue/u);
  });

  test('an image that was deleted: said so, privately', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const ts = await workspace.post('maya', general, '@Visual Narrator', [RED]);
    const answer = await workspace.seen('kofi', general, isDescription);
    await workspace.slack.deleteMessage({
      personId: workspace.person('maya'),
      channelId: general,
      messageId: ts,
    });
    await workspace.press('maya', answer, 'more');
    const told = await workspace.seen('maya', general, ({ onlyFor }) => onlyFor !== null);
    expect(told.text).toContain('no longer there');
  });
});

describe('starting and stopping', () => {
  test('a wrong bot token: refused with the setting’s name', async () => {
    const workspace = await startWorkspace({ narration, botToken: 'xoxb-wrong', isStarted: false });
    await expect(workspace.bot.start(AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'slack-token',
      message: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
    expect(workspace.bot.whyNotReady()).toContain('not been started');
    expect(workspace.lines.join('\n')).not.toContain('xoxb-');
  });

  test('paused: who asks is told privately, and nothing is begun', async () => {
    const workspace = await startWorkspace({ narration });
    const { general, answer } = await askFor(workspace);
    await workspace.bot.pause();
    await workspace.narrate('kofi', general, 'help');
    await workspace.press('maya', answer, 'more');
    await workspace.post('olive', general, '@Visual Narrator', [BLUE]);
    for (const name of ['kofi', 'maya', 'olive']) {
      const told = await workspace.seen(name, general, ({ onlyFor }) => onlyFor !== null);
      expect(told.text).toContain('being restarted');
    }
    expect(botMessages(workspace, 'moss', general)).toEqual([answer]);
    expect(workspace.bot.whyNotReady()).not.toBeNull();
    expect(workspace.slack.problems()).toEqual([]);
  });

  test('stopped: whoever asked in the last moment, and is not known to the commands yet, is told', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    // Bolt asks again after some tenths of a second.
    workspace.slack.faults.failRequests(/conversations\.info/u, 503, 1);
    await workspace.narrate('kofi', general, 'describe https://images.example/kite.png');
    await workspace.bot.pause();
    await workspace.commands.stop(1000);
    await workspace.bot.stop();
    const told = await workspace.seen('kofi', general, ({ onlyFor }) => onlyFor !== null);
    expect(told.text).toContain('being stopped');
  });

  test('stopped: disconnected within bounded time', async () => {
    const workspace = await startWorkspace({ narration });
    await workspace.bot.stop();
    await vi.waitFor(() => expect(workspace.slack.connectionCount).toBe(0));
  });
});

describe('HTTP mode', () => {
  test('mentions, commands, buttons and forms', async () => {
    const workspace = await startWorkspace({ narration, transport: 'http' });
    const { general, answer } = await askFor(workspace);
    await workspace.narrate('maya', general, 'help');
    await workspace.seen('maya', general, ({ onlyFor }) => onlyFor !== null);
    await workspace.press('maya', answer, 'more');
    await workspace.seen('kofi', general, ({ json }) => json.includes('"shorter:'));
    await workspace.press('kofi', answer, 'report');
    await vi.waitFor(() => expect(workspace.events('kofi').some(({ type }) => type === 'form')).toBe(true));
    expect(workspace.slack.problems()).toEqual([]);
  });

  /** An event as Slack sends it, signed with a secret at a time. */
  async function send(workspace: Workspace, body: string, { secret = '', secondsAgo = 0 } = {}) {
    const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo);
    const key = secret || workspace.slack.connection.signingSecret;
    const signature = createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex');
    const response = await fetch(workspace.requestUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
      },
      body,
    });
    await response.text();
    return response.status;
  }

  test('a bad signature and an old time are refused; an event that comes twice is answered once', async () => {
    const workspace = await startWorkspace({ narration, transport: 'http' });
    const general = workspace.channel('general');
    const ts = await workspace.post('maya', general, 'look', [RED]);
    const event = {
      type: 'app_mention',
      user: workspace.person('kofi'),
      text: 'hello',
      ts,
      channel: general,
      event_ts: ts,
    };
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T0000000001', event_id: 'Ev1', event });
    expect(await send(workspace, body, { secret: 'another' })).toBe(401);
    expect(await send(workspace, body, { secondsAgo: 301 })).toBe(401);
    expect(botMessages(workspace, 'kofi', general)).toEqual([]);
    expect(await send(workspace, body)).toBe(200);
    expect(await send(workspace, body)).toBe(200);
    const again = JSON.stringify({ ...JSON.parse(body), event_id: 'Ev2' });
    expect(await send(workspace, again)).toBe(200);
    await workspace.seen('kofi', general, isDescription);
    expect(botMessages(workspace, 'kofi', general)).toHaveLength(1);
  });

  test.each([[{ type: 'app_uninstalled' }], [{ type: 'tokens_revoked', tokens: { bot: ['U0000000002'] } }]])(
    'the app taken away, as %o tells: the bot ends with a sentence',
    async event => {
      const workspace = await startWorkspace({ narration, transport: 'http' });
      const body = JSON.stringify({ type: 'event_callback', team_id: 'T0000000001', event_id: 'Ev1', event });
      expect(await send(workspace, body)).toBe(200);
      await expect(workspace.bot.finished).rejects.toMatchObject({ code: 'slack-token' });
      expect(workspace.bot.whyNotReady()).toContain('no longer');
    },
  );

  test('an address that is taken is said so', async () => {
    const first = await startWorkspace({ narration, transport: 'http' });
    const port = Number(new URL(first.requestUrl).port);
    const second = await startWorkspace({ narration, transport: 'http', isStarted: false, httpPort: port });
    await expect(second.bot.start(AbortSignal.timeout(5000))).rejects.toMatchObject({ code: 'slack-port' });
  });
});

test('no token is in any line that was logged', async () => {
  const workspace = await startWorkspace({ narration });
  workspace.slack.faults.failRequests(/\/api\/chat\.postMessage/u, 500, 4);
  await askFor(workspace);
  const lines = workspace.lines.join('\n');
  expect(lines).toMatch(/a sign of work could not be shown/u);
  for (const secret of Object.values(workspace.slack.connection).filter(value => !value.includes(':'))) {
    expect(lines).not.toContain(secret);
  }
});
