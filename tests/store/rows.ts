import type { LaunchStore } from '../../src/store/launch-store.ts';
import type { DescriptionRow, PendingRow, ReplyRow, ReportRow } from '../../src/store/store.ts';

/** The clock of these tests: noon of a day. */
export const NOW = Date.UTC(2026, 5, 15, 12);
export const DAY = 86_400_000;

export function describedRow(changes: Partial<DescriptionRow> & { readonly id: string }): DescriptionRow {
  return {
    replyId: 'reply',
    platform: 'discord',
    serverId: 'server',
    channelId: 'channel',
    requesterId: 'requester',
    authorId: 'author',
    engine: 'embedded',
    model: 'centernet',
    style: 'brief',
    words: 20,
    adjectives: 4,
    supported: 2,
    contradicted: 1,
    uncheckable: 1,
    supportedPer100Words: 10,
    interpretive: 0,
    engineMs: 100.25,
    totalMs: 112.5,
    describedAt: NOW - 1000,
    text: 'A red balloon over a grey roof.',
    expiresAt: NOW + 30 * DAY,
    ...changes,
  };
}

export function replyRow(changes: Partial<ReplyRow> & { readonly id: string }): ReplyRow {
  return {
    platform: 'discord',
    serverId: 'server',
    channelId: 'channel',
    requesterId: 'requester',
    authorId: 'author',
    messageId: null,
    state: { style: 'brief', images: [{ name: 'a.png' }] },
    createdAt: NOW - 1000,
    expiresAt: NOW + DAY,
    ...changes,
  };
}

export function reportRow(changes: Partial<ReportRow> & { readonly id: string }): ReportRow {
  return {
    replyId: 'reply',
    platform: 'discord',
    channelId: 'channel',
    reporterId: 'reporter',
    authorId: 'author',
    reason: 'wrong',
    comment: 'It is a kite.',
    text: 'A red balloon.',
    engine: 'embedded',
    model: 'centernet',
    reportedAt: NOW - 1000,
    ...changes,
  };
}

export function pendingRow(changes: Partial<PendingRow> & { readonly id: string }): PendingRow {
  return {
    platform: 'discord',
    personId: 'person',
    work: { kind: 'describe' },
    dueAt: NOW,
    createdAt: NOW,
    ...changes,
  };
}

type NewThread = Parameters<LaunchStore['createThread']>[0];

export function threadOf(change: Partial<NewThread> = {}): NewThread {
  return {
    id: 't1',
    title: 'Four models on the samples',
    content: {
      parts: [
        { text: 'First.', pictures: [] },
        { text: 'Second.', pictures: [] },
      ],
    },
    contentHash: 'a'.repeat(64),
    numbers: [{ shown: '9.88', reference: 'run:r1/embedded/adjectives', value: 9.88 }],
    runId: 'r1',
    postAt: null,
    createdAt: NOW,
    createdBy: 'cli:ada',
    ...change,
  };
}
