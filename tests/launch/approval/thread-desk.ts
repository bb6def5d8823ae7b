import { randomUUID } from 'node:crypto';
import type { ApprovalRules, Decider } from '../../../src/launch/approval/approval-rules.ts';
import { type Approvals, createApprovals } from '../../../src/launch/approval/approvals.ts';
import {
  formatVersion,
  readVersion,
  type ThreadVersion,
} from '../../../src/launch/approval/thread-version.ts';
import { applyEdit } from '../../../src/launch/thread/apply-edit.ts';
import { hashContent } from '../../../src/launch/thread/hash-content.ts';
import type { ThreadPicture } from '../../../src/launch/thread/thread.ts';
import type { ThreadRow } from '../../../src/store/launch-store.ts';
import type { Store } from '../../../src/store/store.ts';

export const DISCORD_CHANNEL = { platform: 'discord', channelId: '100000000000000001' } as const;
export const SLACK_CHANNEL = { platform: 'slack', channelId: 'C000LAUNCH' } as const;

function ofDiscord(personId: string, more: Partial<Decider & { kind: 'person' }> = {}): Decider {
  return { kind: 'person', ...DISCORD_CHANNEL, personId, name: personId, isBot: false, ...more };
}

export const ADA = ofDiscord('200000000000000001');
export const BEN = ofDiscord('200000000000000002');
export const EVE = ofDiscord('200000000000000666');
export const SAM: Decider = { ...ofDiscord('U000SAM'), ...SLACK_CHANNEL };
export const OPERATOR: Decider = { kind: 'cli', user: 'operator' };

export const RULES: ApprovalRules = {
  approvers: { discord: ['200000000000000001', '200000000000000002'], slack: ['U000SAM'] },
  channels: [DISCORD_CHANNEL, SLACK_CHANNEL],
  fourEyes: false,
};

export interface Desk {
  readonly approvals: Approvals;
  readonly store: Store;
  /** What the numbers' check says of the next decisions. */
  faults: string[];
  rules: ApprovalRules;
  draft(texts?: readonly string[], pictures?: readonly ThreadPicture[]): Promise<ThreadRow>;
  row(id: string): Promise<ThreadRow>;
  actions(id: string): Promise<string[]>;
}

/** Decisions over threads in a real store. */
export function openDesk(store: Store, rules: ApprovalRules = RULES): Desk {
  const approvals = createApprovals({
    store,
    readRules: async () => desk.rules,
    checkNumbers: async () => desk.faults,
    applyEdit,
  });
  const row = async (id: string) => {
    const found = await store.launch.thread(id);
    if (!found) throw new Error(`no thread ${id}`);
    return found;
  };
  const desk: Desk = {
    approvals,
    store,
    faults: [],
    rules,
    row,
    async draft(texts = ['A first part.', 'A second part.'], pictures = []) {
      const content = { parts: texts.map((text, at) => ({ text, pictures: at === 0 ? pictures : [] })) };
      const id = randomUUID();
      const contentHash = hashContent(content);
      await store.launch.createThread({
        ...{ id, title: 'Adjectives', content, contentHash, numbers: [] },
        ...{ runId: 'run-1', postAt: null, createdAt: Date.now(), createdBy: 'cli:operator' },
      });
      return await row(id);
    },
    actions: async id =>
      (await store.launch.auditTrail(`thread:${id}`, 100)).map(({ actor, action }) => `${actor} ${action}`),
  };
  return desk;
}

/** As the button has it. */
export function versionOf(row: ThreadRow): ThreadVersion {
  return readVersion(formatVersion(row))!;
}
