import { afterAll, afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { renderThread } from '../../src/bots/commands/approval/render-thread.ts';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import { startAnnouncer } from '../../src/jobs/announcer.ts';
import { announceDrafts } from '../../src/launch/approval/announce-thread.ts';
import type { ThreadRow } from '../../src/store/launch-store.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import { type Desk, openDesk } from '../launch/approval/thread-desk.ts';
import { clearStage, labelsOf, setStage, until } from './discord-stage.ts';
import { type SeenMessage, startWorkspace, type Workspace } from './slack-workspace.ts';

const narration = startTalking();
afterAll(() => narration.close(0));
afterEach(clearStage);

const CHART = {
  fileName: 'chart.png',
  pngBase64: Buffer.from(drawPng(40, 30, x => [80, 255 * x, 80])).toString('base64'),
  altText: 'Bars: one contender above the other.',
};
const LOG = { info() {}, warn() {}, error() {} };

/** Maya, a member without rights, may decide in #general; nobody else may, and nowhere else. */
async function workspaceOfThreads(): Promise<{ workspace: Workspace; desk: Desk; general: string }> {
  let opened: Desk | undefined;
  const workspace = await startWorkspace({
    narration,
    openApprovals(store) {
      opened = openDesk(store);
      return opened.approvals;
    },
  });
  const desk = opened!;
  const general = workspace.channel('general');
  desk.rules = {
    approvers: { discord: [], slack: [workspace.person('maya')] },
    channels: [{ platform: 'slack', channelId: general }],
    fourEyes: false,
  };
  const { announcements, launch } = workspace.store;
  const announcer = startAnnouncer({
    ...{ announcements, launch, ports: () => [workspace.bot.port()!], everyMs: 40, log: LOG },
    gather: () => announceDrafts(workspace.store, desk.rules.channels, Date.now()),
  });
  onTestFinished(() => announcer.stop());
  return { workspace, desk, general };
}

const hasButtons = ({ json }: SeenMessage) => json.includes('"approve-thread:');
const says = (text: string) => (message: SeenMessage) => message.text.includes(text);

async function plant(
  workspace: Workspace,
  channel: string,
  row: ThreadRow,
  target?: string,
): Promise<SeenMessage> {
  const last = renderThread(row).at(-1)!;
  const actions = last.actions.map(row =>
    row.map(button => ({ ...button, target: target ?? button.target })),
  );
  const posted = await workspace.bot.port()!.postOnce(channel, { ...last, actions }, 'planted');
  if (posted.kind !== 'posted') throw posted.error;
  return await workspace.seen('olive', channel, ({ id }) => id === posted.messageId);
}

/** The private answer to a press. */
async function refusal(
  workspace: Workspace,
  by: string,
  message: SeenMessage,
  action: string,
): Promise<string> {
  const mine = () =>
    workspace.messages(by, message.channelId).filter(({ onlyFor }) => onlyFor === workspace.person(by));
  const before = mine().length;
  await workspace.press(by, message, action);
  return await vi.waitFor(() => {
    const answer = mine()[before];
    if (!answer) throw new Error(`no answer; ${workspace.lines.join('\n')}`);
    return answer.text;
  });
}

async function formOf(workspace: Workspace, name: string) {
  return await vi.waitFor(() => {
    const form = workspace.events(name).findLast(event => event.type === 'form');
    if (form?.type !== 'form') throw new Error(`no form; ${workspace.lines.join('\n')}`);
    return form;
  });
}

it('is shown with its pictures, and approved by whom the launch file names', async () => {
  const { workspace, desk, general } = await workspaceOfThreads();
  const draft = await desk.draft(
    ['Words with https://example.org, *stars* and <!channel>.', 'More.'],
    [CHART],
  );
  const first = await workspace.seen('kofi', general, says('Part 1 of 2'));
  expect(first.json).toContain('Words with https://example.org, *stars* and <!channel>.');
  expect(first.json).toContain(`"alt_text":"${CHART.altText}"`);
  expect(first.text).toContain(draft.contentHash.slice(0, 12));
  const message = await workspace.seen('maya', general, hasButtons);
  await workspace.press('maya', message, 'approve-thread');
  const decided = await workspace.seen('kofi', general, says('Approved by'));
  expect(decided.id).toBe(message.id);
  expect(decided.json).not.toContain('approve-thread');
  expect(await desk.row(draft.id)).toMatchObject({
    state: 'approved',
    approval: { by: `slack:${workspace.person('maya')}`, contentHash: draft.contentHash },
  });
  expect(workspace.slack.problems()).toEqual([]);
});

it('is approved by nobody else, whatever they may do in the workspace, and by no forged button', async () => {
  const { workspace, desk, general } = await workspaceOfThreads();
  const draft = await desk.draft();
  const message = await workspace.seen('maya', general, hasButtons);
  for (const stranger of ['kofi', 'moss', 'olive']) {
    for (const action of ['approve-thread', 'edit-thread', 'reject-thread']) {
      expect(await refusal(workspace, stranger, message, action)).toContain('whom the launch file names');
    }
  }
  const random = await plant(workspace, workspace.channel('photos'), draft);
  expect(await refusal(workspace, 'maya', random, 'approve-thread')).toContain('none of them');
  const targets = [
    `${draft.id}_1_${'0'.repeat(20)}`,
    `${draft.id}_2_${draft.contentHash.slice(0, 20)}`,
    'none',
  ];
  for (const target of targets) {
    const forged = await plant(workspace, general, draft, target);
    expect(await refusal(workspace, 'maya', forged, 'approve-thread')).toMatch(
      /older version|not one of ours/,
    );
  }
  expect(await desk.row(draft.id)).toEqual(draft);
  await workspace.press('maya', message, 'approve-thread');
  await vi.waitFor(async () => expect((await desk.row(draft.id)).state).toBe('approved'));
  expect(workspace.slack.problems()).toEqual([]);
});

it('is edited by a form, and shown anew', async () => {
  const { workspace, desk, general } = await workspaceOfThreads();
  const draft = await desk.draft();
  const message = await workspace.seen('maya', general, hasButtons);
  await workspace.press('maya', message, 'edit-thread');
  const { formId, json } = await formOf(workspace, 'maya');
  expect(JSON.stringify(json)).toContain(String.raw`"initial_value":"A first part.\n---\nA second part."`);
  const values = { 'parts-1': 'New words.\n---\nMore.' };
  await workspace.slack.submit({ personId: workspace.person('maya'), formId, values });
  const anew = await workspace.seen(
    'maya',
    general,
    each => hasButtons(each) && each.text.includes('New words.'),
  );
  const old = await workspace.seen('maya', general, says('Edited by'));
  expect(old.id).toBe(message.id);
  const again = await plant(workspace, general, draft);
  expect(await refusal(workspace, 'maya', again, 'approve-thread')).toContain('older version');
  await workspace.press('maya', anew, 'approve-thread');
  await vi.waitFor(async () => expect((await desk.row(draft.id)).state).toBe('approved'));
  expect(workspace.slack.problems()).toEqual([]);
});

it('is decided over once for both platforms, and the other one hears of it', async () => {
  const { workspace, desk, general } = await workspaceOfThreads();
  let opened: Desk | undefined;
  const stage = await setStage({
    narration,
    store: workspace.store,
    openApprovals(store) {
      opened = openDesk(store);
      return opened.approvals;
    },
  });
  const photos = stage.channel('photos');
  for (const each of [desk, opened!]) {
    each.rules = {
      approvers: { discord: [stage.people.robin], slack: [workspace.person('maya')] },
      channels: [
        { platform: 'slack', channelId: general },
        { platform: 'discord', channelId: photos },
      ],
      fourEyes: false,
    };
  }
  const { announcements, launch } = stage.store;
  const announcer = startAnnouncer({
    ...{ announcements, launch, ports: () => [stage.bot.port()!], everyMs: 40, log: LOG },
  });
  onTestFinished(() => announcer.stop());
  const draft = await desk.draft();
  const inSlack = await workspace.seen('maya', general, hasButtons);
  const inDiscord = await until(
    () => stage.answers(stage.people.robin, 'photos').find(each => labelsOf(each).includes('Reject')) ?? null,
  );
  await workspace.press('maya', inSlack, 'reject-thread');
  const { formId } = await formOf(workspace, 'maya');
  const values = { reason: 'The chart is wrong.' };
  await workspace.slack.submit({ personId: workspace.person('maya'), formId, values });
  await until(
    () =>
      stage
        .answers(stage.people.sam, 'photos')
        .find(
          ({ content }) => content.includes('Thread rejected') && content.includes('The chart is wrong.'),
        ) ?? null,
  );
  // The buttons there still stand, and answer with what was decided.
  await stage.press(stage.people.robin, inDiscord, 'Approve');
  const gone = await until(() => {
    const message = stage.answers(stage.people.sam, 'photos').find(({ id }) => id === inDiscord.id);
    return message && labelsOf(message).length === 0 ? message : null;
  });
  expect(gone.content).toContain('The thread was rejected');
  expect((await desk.row(draft.id)).state).toBe('rejected');
  expect(workspace.slack.problems()).toEqual([]);
  expect(stage.discord.problems()).toEqual([]);
});
