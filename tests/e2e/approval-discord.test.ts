import { type APIMessage, ComponentType } from 'discord.js';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { renderThread } from '../../src/bots/commands/approval/render-thread.ts';
import type { ActionButton } from '../../src/bots/commands/reply.ts';
import { drawPng } from '../../src/inference/image/encode-png.ts';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import { startAnnouncer } from '../../src/jobs/announcer.ts';
import { announceDrafts } from '../../src/launch/approval/announce-thread.ts';
import type { ThreadRow } from '../../src/store/launch-store.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import { type Desk, openDesk } from '../launch/approval/thread-desk.ts';
import { clearStage, isPrivate, labelsOf, type Stage, setStage, until } from './discord-stage.ts';

let narration: NarrationService;
beforeAll(() => {
  narration = startTalking();
});
afterAll(() => narration.close(0));
const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
  await clearStage();
});

const CHART = {
  fileName: 'chart.png',
  pngBase64: Buffer.from(drawPng(40, 30, x => [255 * x, 80, 80])).toString('base64'),
  altText: 'Bars: one contender above the other.',
};

/** Robin, a member without rights, may decide in #photos; nobody else may, and nowhere else. */
async function stageOfThreads(): Promise<{ stage: Stage; desk: Desk }> {
  let opened: Desk | undefined;
  const stage = await setStage({
    narration,
    openApprovals(store) {
      opened = openDesk(store);
      return opened.approvals;
    },
  });
  const desk = opened!;
  desk.rules = {
    approvers: { discord: [stage.people.robin], slack: [] },
    channels: [{ platform: 'discord', channelId: stage.channel('photos') }],
    fourEyes: false,
  };
  const { announcements, launch } = stage.store;
  const announcer = startAnnouncer({
    ...{ announcements, launch, ports: () => [stage.bot.port()!], everyMs: 40 },
    gather: () => announceDrafts(stage.store, desk.rules.channels, Date.now()),
    log: {
      info() {},
      warn() {},
      error: (fields, message) => stage.lines.push({ level: 'error', message, fields }),
    },
  });
  releases.push(() => announcer.stop());
  return { stage, desk };
}

const hasButtons = (message: APIMessage) => labelsOf(message).includes('Approve');

function shown(stage: Stage, by: string): Promise<APIMessage> {
  return until(() => stage.answers(by, 'photos').findLast(hasButtons) ?? null);
}

/** A message of the bot's own that nobody but its code can make: with buttons of a version, anywhere. */
async function plant(stage: Stage, channel: string, row: ThreadRow, target?: string): Promise<APIMessage> {
  const last = renderThread(row).at(-1)!;
  const forge = (button: ActionButton) => ({ ...button, target: target ?? button.target });
  const actions = last.actions.map(buttons => buttons.map(forge));
  const posted = await stage.bot
    .port()!
    .postOnce(stage.channel(channel), { ...last, actions }, `planted ${Math.random()}`);
  if (posted.kind !== 'posted') throw posted.error;
  return await until(
    () => stage.answers(stage.people.ada, channel).find(({ id }) => id === posted.messageId) ?? null,
  );
}

/** The private answer to a press. */
async function refusal(stage: Stage, by: string, message: APIMessage, label: string): Promise<string> {
  const channel = message.channel_id;
  const before = stage.answers(by, channel).filter(isPrivate).length;
  await stage.press(by, message, label);
  const answer = await until(() => stage.answers(by, channel).filter(isPrivate)[before] ?? null);
  return answer.content;
}

it('is shown with its pictures, and approved by whom the launch file names', async () => {
  const { stage, desk } = await stageOfThreads();
  const { people, press, answers, discord } = stage;
  const draft = await desk.draft(
    ['Words with https://example.org, *stars* and @everyone.', 'More.'],
    [CHART],
  );
  const message = await shown(stage, people.robin);
  expect(message.content).toContain('More.');
  const all = answers(people.sam, 'photos');
  expect(all).toHaveLength(2);
  expect(all[0]).toMatchObject({
    mention_everyone: false,
    attachments: [{ filename: 'chart.png', description: CHART.altText }],
  });
  expect(all[0]!.content).toContain(String.raw`Words with https\:\/\/example.org, \*stars\* and \@everyone.`);
  expect(all[0]!.content).toContain(draft.contentHash.slice(0, 12));
  await press(people.robin, message, 'Approve');
  const decided = await until(
    () => answers(people.sam, 'photos').find(({ content }) => content.includes('Approved by Robin')) ?? null,
  );
  expect(decided.id).toBe(message.id);
  expect(labelsOf(decided)).toEqual([]);
  expect(await desk.row(draft.id)).toMatchObject({
    state: 'approved',
    approval: { by: `discord:${people.robin}`, contentHash: draft.contentHash },
  });
  expect(discord.problems()).toEqual([]);
});

it('is approved by nobody else, whatever they may do on the server, and by no forged button', async () => {
  const { stage, desk } = await stageOfThreads();
  const { people, discord, press } = stage;
  const draft = await desk.draft();
  const message = await shown(stage, people.robin);
  for (const stranger of [people.sam, people.mo, people.ada]) {
    for (const label of ['Approve', 'Edit', 'Reject']) {
      expect(await refusal(stage, stranger, message, label)).toContain('whom the launch file names');
    }
  }
  const elsewhere = await plant(stage, 'general', draft);
  expect(await refusal(stage, people.robin, elsewhere, 'Approve')).toContain('none of them');
  const other = await desk.draft(['Other words.']);
  const [, , hash] = /^(.*)_1_(.*)$/.exec(renderThread(other).at(-1)!.actions[0]![0]!.target)!;
  for (const target of [
    `${draft.id}_1_${hash}`,
    `${draft.id}_2_${draft.contentHash.slice(0, 20)}`,
    'none',
    '-_1_x',
  ]) {
    const forged = await plant(stage, 'photos', draft, target);
    expect(await refusal(stage, people.robin, forged, 'Approve')).toMatch(/older version|not one of ours/);
  }
  expect(await desk.row(draft.id)).toEqual(draft);
  expect((await desk.actions(draft.id)).filter(line => line.endsWith(' refused'))).toHaveLength(12);
  // The control: the one who may does.
  await press(people.robin, message, 'Approve');
  await until(async () => ((await desk.row(draft.id)).state === 'approved' ? true : null));
  expect(discord.problems()).toEqual([]);
});

it('is edited by a form, shown anew, and its old buttons approve nothing', async () => {
  const { stage, desk } = await stageOfThreads();
  const { people, discord, press, form, answers } = stage;
  const draft = await desk.draft();
  const message = await shown(stage, people.robin);
  await press(people.robin, message, 'Edit');
  const { id, json } = await form(people.robin);
  const [field] = json.components.flatMap(each => ('component' in each ? [each.component] : []));
  expect(field).toMatchObject({
    type: ComponentType.TextInput,
    custom_id: 'parts-1',
    value: 'A first part.\n---\nA second part.',
  });
  await discord.submit({
    personId: people.robin,
    formId: id,
    values: { 'parts-1': 'New words.\n---\nMore.' },
  });
  const anew = await until(
    () =>
      answers(people.sam, 'photos').find(each => hasButtons(each) && each.content.includes('New words.')) ??
      null,
  );
  const old = await until(
    () => answers(people.sam, 'photos').find(({ content }) => content.includes('Edited by Robin')) ?? null,
  );
  expect(old.id).toBe(message.id);
  expect(labelsOf(old)).toEqual([]);
  const again = await plant(stage, 'photos', draft);
  expect(await refusal(stage, people.robin, again, 'Approve')).toContain('older version');
  expect((await desk.row(draft.id)).state).toBe('draft');
  await press(people.robin, anew, 'Approve');
  await until(async () => ((await desk.row(draft.id)).state === 'approved' ? true : null));
  expect((await desk.row(draft.id)).content.parts[0]!.text).toBe('New words.');
  expect(discord.problems()).toEqual([]);
});

it('is rejected with a reason, which all see', async () => {
  const { stage, desk } = await stageOfThreads();
  const { people, discord, press, form, answers } = stage;
  const draft = await desk.draft();
  const message = await shown(stage, people.robin);
  await press(people.robin, message, 'Reject');
  const { id } = await form(people.robin);
  await discord.submit({
    personId: people.robin,
    formId: id,
    values: { reason: 'The <@1> chart is *wrong*.' },
  });
  const decided = await until(
    () => answers(people.sam, 'photos').find(({ content }) => content.includes('Rejected by Robin')) ?? null,
  );
  expect(decided.content).toContain(String.raw`The \<\@1\> chart is \*wrong\*.`);
  expect(labelsOf(decided)).toEqual([]);
  expect((await desk.row(draft.id)).state).toBe('rejected');
  const again = await plant(stage, 'photos', draft);
  expect(await refusal(stage, people.robin, again, 'Approve')).toContain('was rejected');
  expect(discord.problems()).toEqual([]);
});
