import { afterEach, expect, it } from 'vitest';
import { BotError } from '../../src/bots/commands/bot-error.ts';
import type { Reply } from '../../src/bots/commands/reply.ts';
import type { PostingPort } from '../../src/bots/posting-port.ts';
import { type Announcer, startAnnouncer } from '../../src/jobs/announcer.ts';
import { announceDrafts } from '../../src/launch/approval/announce-thread.ts';
import type { Store } from '../../src/store/store.ts';
import { labels, texts } from '../bots/commands/start-bots.ts';
import { ADA, DISCORD_CHANNEL, openDesk, SLACK_CHANNEL, versionOf } from '../launch/approval/thread-desk.ts';
import { describeOnBothStores } from '../store/both-stores.ts';

const CHART = { fileName: 'chart.png', pngBase64: 'iVBORw0KGgo=', altText: 'A chart.' };

const running: Announcer[] = [];
afterEach(async () => {
  for (const announcer of running.splice(0)) await announcer.stop();
});

/** Announces until nothing waits; `showFails` of the messages, counted from 1. */
function announce(store: Store, showFails = Number.POSITIVE_INFINITY) {
  const shown: Reply[] = [];
  const lines: string[] = [];
  let sent = 0;
  const postOnce: PostingPort['postOnce'] = async (_, reply) => {
    const error = new BotError('platform', 'The platform failed.');
    if (++sent >= showFails) return { kind: 'not-posted', mayPass: true, error };
    shown.push(reply);
    return { kind: 'posted', messageId: String(sent) };
  };
  const note = (_: object, message: string) => void lines.push(message);
  const announcer = startAnnouncer({
    announcements: store.announcements,
    launch: store.launch,
    ports: () => [{ platform: 'discord', postOnce }],
    gather: () => announceDrafts(store, [DISCORD_CHANNEL], Date.now()),
    log: { info: note, warn: note, error: note },
    everyMs: 20,
  });
  running.push(announcer);
  return { shown, lines };
}

await describeOnBothStores('drafts', stores => {
  it('are shown once a revision, in order, with the buttons on the last message', async () => {
    const desk = openDesk(await stores.open());
    const draft = await desk.draft(['First.', 'Second.'], [CHART]);
    const { shown, lines } = announce(desk.store);
    await expect.poll(() => lines).toEqual(['announced']);
    expect(shown.map(labels)).toEqual([[], ['Approve', 'Edit', 'Reject']]);
    expect(texts(shown[0]!).join()).toContain('First.');
    expect(texts(shown[1]!).join()).toContain('Second.');
    await desk.approvals.edit(versionOf(draft), ADA, 'Third.');
    await expect.poll(() => lines).toEqual(['announced', 'announced']);
    expect(texts(shown[2]!).join()).toContain('Third.');
    // Some more looks change nothing.
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(shown).toHaveLength(3);
  });

  it('are not shown where they were decided over or edited meanwhile', async () => {
    const desk = openDesk(await stores.open());
    const [edited, approved] = [await desk.draft(), await desk.draft(['Other words.'])];
    await announceDrafts(desk.store, [DISCORD_CHANNEL], 0);
    await desk.approvals.approve(versionOf(approved), ADA);
    await desk.approvals.edit(versionOf(edited), ADA, 'Newer words.');
    const { shown, lines } = announce(desk.store);
    await expect
      .poll(() => lines.toSorted())
      .toEqual(['announced', 'not announced: it was overtaken', 'not announced: it was overtaken']);
    expect(texts(shown[0]!).join()).toContain('Newer words.');
  });

  it('are shown in a channel that was added since', async () => {
    const desk = openDesk(await stores.open());
    await desk.draft();
    await announceDrafts(desk.store, [SLACK_CHANNEL], 0);
    const { lines } = announce(desk.store);
    await expect.poll(() => lines).toEqual(['announced']);
  });

  it('whose messages fail half way are not sent twice', async () => {
    const desk = openDesk(await stores.open());
    await desk.draft(['First.', 'Second.'], [CHART]);
    const { shown, lines } = announce(desk.store, 2);
    await expect.poll(() => lines).toEqual(['an announcement could not be sent']);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(shown).toHaveLength(1);
  });
});
