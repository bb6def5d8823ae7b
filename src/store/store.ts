import type { AnnouncementStore } from './announcement-store.ts';
import type { JobStore } from './job-store.ts';
import type { LaunchStore } from './launch-store.ts';

/**
 * What is kept, behind one interface for SQLite and PostgreSQL. Times are milliseconds since the epoch, ids are the
 * platforms' own strings. `platform` is `discord` or `slack`. Every list is bounded by its `limit`. A row that has expired
 * by the store's clock is not given out and not counted, pruned or not.
 *
 * Rejections: StoreError (`store-busy` after bounded retries, `store-unavailable`, `store-fault`).
 */
export interface Store {
  readonly descriptions: DescriptionStore;
  readonly replies: ReplyStore;
  readonly settings: SettingsStore;
  readonly people: PeopleStore;
  readonly reports: ReportStore;
  readonly pending: PendingStore;
  readonly samples: SampleStore;
  readonly jobs: JobStore;
  readonly announcements: AnnouncementStore;
  readonly launch: LaunchStore;
  /** Deletes what is older than it may be kept; in batches, so that nothing else waits long. Returns rows deleted. */
  prune(now: number): Promise<number>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
  /** Queries that are at work may fail: end what asks them first. */
  close(): Promise<void>;
}

type PlatformName = 'discord' | 'slack';

/** The figures of one described image. Never the image. */
export interface DescriptionRow {
  readonly id: string;
  /** The reply that it is part of. */
  readonly replyId: string;
  readonly platform: PlatformName;
  readonly serverId: string | null;
  readonly channelId: string;
  /** Who asked: in watch mode the author. */
  readonly requesterId: string;
  /** Who posted the image. */
  readonly authorId: string;
  readonly engine: string;
  readonly model: string;
  readonly style: string;
  readonly words: number;
  readonly adjectives: number;
  /** Null where grounding was not measured. */
  readonly supported: number | null;
  readonly contradicted: number | null;
  readonly uncheckable: number | null;
  readonly supportedPer100Words: number | null;
  readonly interpretive: number;
  /** Milliseconds of the engine, and from the event to the reply. */
  readonly engineMs: number;
  readonly totalMs: number;
  readonly describedAt: number;
  /** Only where the channel keeps history. */
  readonly text: string | null;
  /** When the row has to be gone. */
  readonly expiresAt: number;
}

/** A day's means of one subject. Null: nothing was measured that day. */
export interface DensityDay {
  /** Midnight UTC of the day. */
  readonly day: number;
  readonly descriptions: number;
  readonly adjectivesPer100Words: number | null;
  readonly supportedPer100Words: number | null;
  readonly contradictedPer100Words: number | null;
}

export interface DescriptionFilter {
  readonly platform?: PlatformName;
  readonly serverId?: string;
  readonly channelId?: string;
  readonly authorId?: string;
  readonly model?: string;
  /** From (inclusive) and until (exclusive). */
  readonly from: number;
  readonly until: number;
}

/** All figures are means over descriptions, except counts. */
export interface DensityTotals {
  readonly descriptions: number;
  readonly adjectives: number | null;
  readonly words: number | null;
  readonly adjectivesPer100Words: number | null;
  readonly supportedPer100Words: number | null;
  /** Share (0 to 1) of all checkable adjectives of the descriptions together that are contradicted. */
  readonly contradictedShare: number | null;
  readonly medianEngineMs: number | null;
  readonly medianTotalMs: number | null;
}

export interface Leader {
  readonly authorId: string;
  /** Those that were measured. */
  readonly descriptions: number;
  readonly supportedPer100Words: number;
}

export interface DescriptionStore {
  /** Adds the rows of one reply, or replaces those of the same ids. */
  put(rows: readonly DescriptionRow[]): Promise<void>;
  byReply(replyId: string): Promise<DescriptionRow[]>;
  /** In the order of days; days without a description are left out. */
  days(filter: DescriptionFilter): Promise<DensityDay[]>;
  totals(filter: DescriptionFilter): Promise<DensityTotals>;
  /** One row a model, the most described first. */
  byModel(
    filter: DescriptionFilter,
    limit: number,
  ): Promise<(DensityTotals & { readonly engine: string; readonly model: string })[]>;
  /** Authors by mean supported adjectives per 100 words, of those with at least `minDescriptions` measured ones. */
  leaders(filter: DescriptionFilter, minDescriptions: number, limit: number): Promise<Leader[]>;
  deleteReply(replyId: string): Promise<void>;
}

/** What the buttons of a reply need to know: who asked, whose images, and where to find them again. */
export interface ReplyRow {
  readonly id: string;
  readonly platform: PlatformName;
  readonly serverId: string | null;
  readonly channelId: string;
  readonly requesterId: string;
  readonly authorId: string;
  /** The bot's message, once sent. */
  readonly messageId: string | null;
  /** Plain data of the commands' own; it holds no text of a description. */
  readonly state: unknown;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface ReplyStore {
  put(row: ReplyRow): Promise<void>;
  get(id: string): Promise<ReplyRow | null>;
  delete(id: string): Promise<void>;
}

export interface ChannelSettings {
  readonly watch: boolean;
  readonly style: string;
  /** Whether the texts of descriptions are kept. */
  readonly keepHistory: boolean;
  readonly retentionDays: number;
}

export interface SettingsStore {
  /** The channel's settings, or null where none were made. */
  channel(platform: PlatformName, channelId: string): Promise<ChannelSettings | null>;
  /**
   * Changes what `change` names, starting from `defaults`; `by` is who changed it. One statement: no lost update. What is
   * kept of the channel already is held to it: no texts without history, no row beyond the retention.
   */
  changeChannel(
    channel: {
      readonly platform: PlatformName;
      readonly serverId: string | null;
      readonly channelId: string;
    },
    change: Partial<ChannelSettings>,
    defaults: ChannelSettings,
    by: string,
    now: number,
  ): Promise<ChannelSettings>;
  watchedChannels(): Promise<{ platform: PlatformName; channelId: string }[]>;
  hasLeaderboard(platform: PlatformName, serverId: string): Promise<boolean>;
  setLeaderboard(
    platform: PlatformName,
    serverId: string,
    isOn: boolean,
    by: string,
    now: number,
  ): Promise<void>;
}

export interface PeopleStore {
  hasOptedOut(platform: PlatformName, personId: string): Promise<boolean>;
  /** Opting out also deletes what is kept of the person so far; the wish itself is kept until they opt in. */
  setOptOut(platform: PlatformName, personId: string, isOut: boolean, now: number): Promise<void>;
  /** How many rows there are of a person, by table. */
  countRows(platform: PlatformName, personId: string): Promise<Readonly<Record<string, number>>>;
  /**
   * Deletes every row that names the person as requester, author or reporter, and takes their name off settings that
   * they made. An opt-out stays: without it the bot would keep things again. What went out in public with an approval
   * stays, and the audit with it: who it was becomes `<platform>:forgotten`. Returns rows deleted.
   */
  forget(platform: PlatformName, personId: string): Promise<number>;
}

/** A wrong description that someone reported. */
export interface ReportRow {
  readonly id: string;
  readonly replyId: string;
  readonly platform: PlatformName;
  readonly channelId: string;
  readonly reporterId: string;
  readonly authorId: string;
  readonly reason: string;
  readonly comment: string;
  /** What the reply said: the reporter sends it along. */
  readonly text: string;
  readonly engine: string;
  readonly model: string;
  readonly reportedAt: number;
}

export interface ReportStore {
  add(row: ReportRow): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<ReportRow[]>;
}

/** Work that was accepted and not answered yet: a crash loses none of it silently. */
export interface PendingRow {
  readonly id: string;
  readonly platform: PlatformName;
  readonly personId: string;
  /** Plain data of the commands' own; it holds no token. */
  readonly work: unknown;
  /** Not to be done before. */
  readonly dueAt: number;
  readonly createdAt: number;
}

export interface PendingStore {
  /** False where there is one of this id already: an event that came twice is done once. */
  add(row: PendingRow): Promise<boolean>;
  /** The oldest first. */
  list(platform: PlatformName, limit: number): Promise<PendingRow[]>;
  /** Nothing happens where it is done already. */
  change(id: string, work: unknown): Promise<void>;
  done(id: string): Promise<void>;
}

/** What a figure of the outside world is of. */
export interface SampleKey {
  /** `huggingface`, `github`, `x`, `reddit`. */
  readonly source: string;
  /** What was measured: a repository, a post. */
  readonly subject: string;
  readonly metric: string;
}

/** A figure of the outside world at one moment. */
export interface Sample extends SampleKey {
  /** Null where the source gave none: never 0 for unknown. */
  readonly value: number | null;
  readonly outcome: 'value' | 'missing' | 'restricted';
  /** Why there is no value. */
  readonly reason: string | null;
  readonly takenAt: number;
  /** The beginning of the hour, or of whatever span, that the sample stands for: one sample a slot. */
  readonly slot: number;
  /** The source's own id of the subject, where it gave one: it tells one that was deleted and made anew. */
  readonly rawId: string | null;
}

export interface SeriesQuery extends SampleKey {
  /** From (inclusive) and until (exclusive), by slot. */
  readonly from: number;
  readonly until: number;
  /** All samples, or of each day (UTC) the last one that has a value, else the last one. */
  readonly every: 'slot' | 'day';
  /** The newest so many. */
  readonly limit: number;
}

export interface SeriesSample extends Sample {
  /** Whether the value, or with `day` any value of that day, is below the one before it. */
  readonly wentDown: boolean;
}

export interface SampleStore {
  /**
   * Adds what is new. A slot is written once: where there is a value already it stays, and a value takes the place of the
   * reason for which there was none.
   */
  add(samples: readonly Sample[]): Promise<void>;
  /** The newest sample with a value, by subject; 1,000 subjects at most. */
  latest(source: string, metric: string): Promise<Sample[]>;
  /** The newest sample with a value that was taken at or before a time. */
  at(key: SampleKey, time: number): Promise<Sample | null>;
  /** The first sample with a value that was taken after a time. */
  after(key: SampleKey, time: number): Promise<Sample | null>;
  /** In the order of time. Slots that nothing was written for are left out; where a source gave nothing, there is a row. */
  series(query: SeriesQuery): Promise<SeriesSample[]>;
}
