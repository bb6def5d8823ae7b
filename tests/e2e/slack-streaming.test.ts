import { afterAll, describe, expect, test, vi } from 'vitest';
import { picture } from '../bots/commands/pictures.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import { isDescription, startWorkspace, type Workspace } from './slack-workspace.ts';

const narration = startTalking();
afterAll(() => narration.close(0));

/** How often a message of the bot's was changed. */
const edits = (workspace: Workspace, name: string) =>
  workspace
    .events(name)
    .filter(event => event.type === 'edit' && JSON.stringify(event.message.json).includes('"bot_id"')).length;

describe('a text that grows', () => {
  test('grows in the message where the bot can edit it', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    await workspace.post('maya', general, '@Visual Narrator', [picture('growing')]);
    await workspace.seen('kofi', general, isDescription);
    expect(edits(workspace, 'kofi')).toBeGreaterThanOrEqual(2);
    expect(workspace.slack.problems()).toEqual([]);
  });

  test('through a response URL comes once, after the sign of work', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    const messageId = await workspace.post('maya', general, 'look', [picture('growing', 9)]);
    workspace.slack.setBotMembership(general, false);
    const personId = workspace.person('kofi');
    await workspace.slack.runShortcut({
      personId,
      channelId: general,
      messageId,
      shortcut: 'Describe image',
    });
    await workspace.seen('maya', general, isDescription);
    const shown = workspace.messages('kofi', general).filter(({ isBot }) => isBot);
    expect(shown.map(({ text, onlyFor }) => [text.split('\n')[0], onlyFor])).toEqual([
      ['Looking at the picture…', personId],
      ['AI description', null],
    ]);
    expect(edits(workspace, 'kofi')).toBe(0);
    expect(workspace.slack.problems()).toEqual([]);
  });

  test('on a private copy of a message is shown when it is finished, in its place', async () => {
    const workspace = await startWorkspace({ narration });
    const general = workspace.channel('general');
    await workspace.post('maya', general, '@Visual Narrator', [picture('growing', 10)]);
    const answer = await workspace.seen('kofi', general, isDescription);
    await workspace.press('kofi', answer, 'more');
    const copy = await workspace.seen('kofi', general, ({ onlyFor }) => onlyFor !== null);
    const before = edits(workspace, 'kofi');
    await workspace.press('kofi', copy, 'shorter');
    await workspace.seen('kofi', general, message => message.onlyFor !== null && isDescription(message));
    expect(edits(workspace, 'kofi')).toBe(before + 1);
    expect(workspace.slack.problems()).toEqual([]);
  });
});

test('events are acknowledged at once, whatever the model does meanwhile', async () => {
  const workspace = await startWorkspace({ narration, slack: { acknowledgeWithinMs: 250 } });
  const general = workspace.channel('general');
  const personId = workspace.person('kofi');
  const posts = await Promise.all(
    [60, 61, 62].map(height =>
      workspace.post('maya', general, '@Visual Narrator', [picture('slow', height)]),
    ),
  );
  await workspace.slack.runShortcut({
    personId,
    channelId: general,
    messageId: posts[0]!,
    shortcut: 'Describe image',
  });
  await workspace.narrate('kofi', general, 'help');
  const descriptions = () => workspace.messages('kofi', general).filter(isDescription).length;
  await vi.waitFor(() => expect(descriptions()).toBe(4), { timeout: 15_000 });
  const isSubscribed = ({ what }: { what: string }) => what !== 'message.channels';
  expect(workspace.slack.undelivered().filter(isSubscribed)).toEqual([]);
  expect(workspace.slack.problems()).toEqual([]);
});

test('an engine that fails: a sentence with the short id of the log line, privately, and a way to try again', async () => {
  const workspace = await startWorkspace({ narration });
  const general = workspace.channel('general');
  await workspace.post('maya', general, '@Visual Narrator', [picture('once')]);
  const told = await workspace.seen('maya', general, ({ onlyFor }) => onlyFor !== null);
  const id = /Reference: (\S+)/u.exec(told.text)?.[1];
  expect(workspace.lines.join('\n')).toContain(`"id":"${id}"`);
  expect(workspace.messages('kofi', general).filter(({ isBot }) => isBot)).toEqual([]);
  await workspace.press('maya', told, 'again');
  await workspace.seen('maya', general, isDescription);
  expect(workspace.slack.problems()).toEqual([]);
});
