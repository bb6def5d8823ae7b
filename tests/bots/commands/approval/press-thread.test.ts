import fc from 'fast-check';
import { afterAll, afterEach, expect, it } from 'vitest';
import { renderThread } from '../../../../src/bots/commands/approval/render-thread.ts';
import type { Person, Place } from '../../../../src/bots/commands/bot-port.ts';
import { ACTIONS, type ActionName } from '../../../../src/bots/commands/reply.ts';
import { formatVersion } from '../../../../src/launch/approval/thread-version.ts';
import type { ThreadRow } from '../../../../src/store/launch-store.ts';
import { type Desk, DISCORD_CHANNEL, openDesk } from '../../../launch/approval/thread-desk.ts';
import { describeOnBothStores, type TestStores } from '../../../store/both-stores.ts';
import {
  type Bots,
  button,
  endBots,
  labels,
  PLACE,
  person,
  startBots,
  startTalking,
  texts,
} from '../start-bots.ts';

const narration = startTalking();
afterAll(() => narration.close(0));

const HERE: Place = { ...PLACE, channelId: DISCORD_CHANNEL.channelId };
const ada = person('200000000000000001', { name: 'Ada @everyone' });
const EVERY_RIGHT = { mayManageChannel: true, mayModerate: true, mayManageServer: true };
const admin = person('admin', EVERY_RIGHT);

async function open(stores: TestStores): Promise<{ bots: Bots; desk: Desk; row: ThreadRow }> {
  const store = await stores.open();
  const desk = openDesk(store);
  const bots = await startBots(narration, { store, approvals: desk.approvals });
  return { bots, desk, row: await desk.draft() };
}

function press(
  bots: Bots,
  row: ThreadRow,
  action: ActionName,
  by: Person,
  more: { place?: Place; values?: Record<string, string> } = {},
) {
  const found = button(renderThread(row).at(-1)!, action);
  return bots.press(found, { by, place: HERE, ...more });
}

await describeOnBothStores('the buttons of a thread', stores => {
  afterEach(endBots);

  it('approve: the message shows who did, and its buttons go', async () => {
    const { bots, desk, row } = await open(stores);
    const { origin, responder } = await press(bots, row, 'approve-thread', ada);
    expect((await desk.row(row.id)).state).toBe('approved');
    expect(responder.shown).toEqual([]);
    expect(labels(origin.last)).toEqual([]);
    const said = texts(origin.last).join('\n');
    expect(said).toContain('Approved by Ada @everyone (discord:200000000000000001)');
    expect(said).toContain(`Hash ${row.contentHash.slice(0, 12)}.`);
    expect(said).toContain('A second part.');
  });

  it.each<[string, Person, Place]>([
    ['whoever is not listed, with every right that the platform has', admin, HERE],
    ['a listed bot', { ...ada, isBot: true }, HERE],
    ['an approver in another channel', ada, PLACE],
    [
      'an approver in a direct message',
      ada,
      { ...HERE, channelId: 'direct', serverId: null, isDirect: true },
    ],
  ])('refuse %s, privately', async (_, by, place) => {
    const { bots, desk, row } = await open(stores);
    for (const action of ['approve-thread', 'edit-thread', 'reject-thread'] as const) {
      const call = { action, target: formatVersion(row), person: by, place };
      expect(await bots.commands.formFor(call)).toBeNull();
      for (const values of [undefined, { reason: 'No.', 'parts-1': 'Forged.' }]) {
        const { origin, responder } = await press(bots, row, action, by, {
          place,
          ...(values && { values }),
        });
        expect(origin.shown).toEqual([]);
        expect(responder.shown).toMatchObject([{ isPrivate: true, actions: [] }]);
      }
    }
    expect(await desk.row(row.id)).toEqual(row);
    const refused = (await desk.actions(row.id)).filter(line => line.endsWith(' refused'));
    expect(refused).toHaveLength(6);
  });

  it('edit opens a form with the parts, and what is sent is another version', async () => {
    const { bots, desk, row } = await open(stores);
    const call = { action: 'edit-thread' as const, target: formatVersion(row), person: ada, place: HERE };
    const form = await bots.commands.formFor(call);
    expect(form?.fields).toMatchObject([{ name: 'parts-1', value: 'A first part.\n---\nA second part.' }]);
    const values = { 'parts-1': 'New words.\r\n---\r\nA second part.\n---\nA third.', 'parts-2': '  ' };
    const { origin } = await press(bots, row, 'edit-thread', ada, { values });
    expect(labels(origin.last)).toEqual([]);
    expect(texts(origin.last).join('\n')).toContain('Edited by Ada');
    const edited = await desk.row(row.id);
    expect(edited).toMatchObject({ state: 'draft', revision: 2 });
    expect(edited.content.parts.map(({ text }) => text)).toEqual([
      'New words.',
      'A second part.',
      'A third.',
    ]);
    // The old message's buttons.
    for (const action of ['approve-thread', 'reject-thread'] as const) {
      const late = await press(bots, row, action, ada, { values: { reason: 'No.' } });
      expect(texts(late.responder.last).join()).toContain('older version');
      expect(late.origin.shown).toEqual([]);
    }
    expect(await bots.commands.formFor(call)).toBeNull();
    await press(bots, edited, 'approve-thread', ada);
    expect((await desk.row(row.id)).approval?.contentHash).toBe(edited.contentHash);
  });

  it('edit gives back what cannot be taken, and leaves the thread as it is', async () => {
    const { bots, desk, row } = await open(stores);
    const values = { 'parts-1': 'It scores 9.9.' };
    const { origin, responder } = await press(bots, row, 'edit-thread', ada, { values });
    expect(origin.shown).toEqual([]);
    expect(texts(responder.last, 'text').join()).toContain('“9.9”, which the draft had not');
    expect(texts(responder.last, 'copy')).toEqual(['It scores 9.9.']);
    expect(await desk.row(row.id)).toEqual(row);
  });

  it('reject asks why, and shows it', async () => {
    const { bots, desk, row } = await open(stores);
    const call = { action: 'reject-thread' as const, target: formatVersion(row), person: ada, place: HERE };
    expect(await bots.commands.formFor(call)).toMatchObject({
      fields: [{ name: 'reason', isRequired: true }],
    });
    const none = await press(bots, row, 'reject-thread', ada);
    expect(none.responder.last.isPrivate).toBe(true);
    expect((await desk.row(row.id)).state).toBe('draft');
    const empty = await press(bots, row, 'reject-thread', ada, { values: { reason: ' \n ' } });
    expect(texts(empty.responder.last).join()).toContain('Say why');
    const { origin } = await press(bots, row, 'reject-thread', ada, {
      values: { reason: 'The chart is\nwrong.' },
    });
    expect(texts(origin.last).join('\n')).toContain('The chart is wrong.');
    expect(await desk.row(row.id)).toMatchObject({ state: 'rejected', reason: 'The chart is wrong.' });
  });

  it('pressed twice, the second tells what is, and takes the buttons away', async () => {
    const { bots, desk, row } = await open(stores);
    await press(bots, row, 'approve-thread', ada);
    const { origin, responder } = await press(bots, row, 'approve-thread', ada);
    expect(texts(responder.last).join()).toContain('is approved by discord:200000000000000001');
    expect(labels(origin.last)).toEqual([]);
    expect((await desk.actions(row.id)).filter(line => line.endsWith(' approve'))).toHaveLength(1);
  });

  it('say why stale numbers keep a thread from being approved', async () => {
    const { bots, desk, row } = await open(stores);
    desk.faults = ['The run run-1 is stale.', 'The number 3.2 is 3.1 now.'];
    const { origin, responder } = await press(bots, row, 'approve-thread', ada);
    expect(origin.shown).toEqual([]);
    expect(texts(responder.last)).toEqual(desk.faults);
  });

  it('may be pressed ten times in a minute, so that refusals do not fill the audit table', async () => {
    const { bots, desk, row } = await open(stores);
    for (let time = 0; time < 15; time++) await press(bots, row, 'approve-thread', admin);
    expect((await desk.actions(row.id)).filter(line => line.endsWith(' refused'))).toHaveLength(10);
  });

  it('do nothing where threads are not set up', async () => {
    const { bots, desk, row } = await open(stores);
    const elsewhere = bots.restart({ approvals: null });
    const { origin, responder } = await press(elsewhere, row, 'approve-thread', ada);
    expect(texts(responder.last).join()).toContain('not set up');
    expect(origin.shown).toEqual([]);
    expect(await desk.row(row.id)).toEqual(row);
  });

  it('change nothing with a target that is none of the thread’s', async () => {
    const { bots, desk, row } = await open(stores);
    const right = formatVersion(row);
    const someTarget = fc
      .oneof(
        fc.stringMatching(/^[\w-]{1,64}$/),
        fc
          .tuple(fc.nat(right.length - 1), fc.constantFrom(...'0123456789abcdef_-'))
          .map(([at, character]) => right.slice(0, at) + character + right.slice(at + 1)),
        fc.constantFrom('', '__proto__', `${right}0`, right.toUpperCase()),
      )
      .filter(target => target !== right);
    const someAction = fc.constantFrom(...ACTIONS.filter(name => name.endsWith('-thread')));
    let by = 0;
    await fc.assert(
      fc.asyncProperty(someTarget, someAction, async (target, action) => {
        // Limits of one person are not what is tested here.
        desk.rules = { ...desk.rules, approvers: { discord: [`approver-${++by}`], slack: [] } };
        const call = {
          by: person(`approver-${by}`),
          place: HERE,
          values: { reason: 'No.', 'parts-1': 'Forged.' },
        };
        const { origin, responder } = await bots.press({ action, target }, call);
        expect(origin.shown).toEqual([]);
        expect(responder.last.isPrivate).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(await desk.row(row.id)).toEqual(row);
  });
});
