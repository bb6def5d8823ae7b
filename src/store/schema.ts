import type { AnnouncementState } from './announcement-store.ts';
import type { JobRun } from './job-store.ts';
import type { AuditRow, ThreadPartRow, ThreadRow } from './launch-store.ts';
import type { ChannelSettings, DescriptionRow, PendingRow, ReplyRow, ReportRow, Sample } from './store.ts';

/**
 * The tables as queries see them. Columns are in snake case in the database and turned by kysely's CamelCasePlugin.
 * Both databases keep truth values as 0 or 1, plain data as JSON text, and times as milliseconds since the epoch.
 */
export interface Tables {
  descriptions: DescriptionRow;
  replies: Omit<ReplyRow, 'state'> & { readonly state: string };
  channelSettings: ChannelSettingsTable;
  serverSettings: ServerSettingsTable;
  optOuts: { readonly platform: string; readonly personId: string; readonly optedOutAt: number };
  reports: ReportRow;
  pending: Omit<PendingRow, 'work'> & {
    readonly work: string;
    /** Drawn by who added the row: tells an own row, added by an attempt whose answer was lost, from another's. */
    readonly addedBy: string;
  };
  samples: Sample;
  jobRuns: JobRun & {
    /** By the database's clock: whoever did not say by then that the run goes on, is taken for dead. */
    readonly leaseUntil: number;
  };
  announcements: AnnouncementsTable;
  threads: ThreadsTable;
  threadParts: Omit<ThreadPartRow, 'mediaIds'> & { readonly mediaIds: string };
  audit: AuditRow & {
    /** The order in which rows were added, whatever the clocks of the processes say. */
    readonly seq: number;
  };
}

interface ThreadsTable extends Omit<ThreadRow, 'content' | 'numbers' | 'approval'> {
  readonly content: string;
  readonly numbers: string;
  readonly approvedHash: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: number | null;
  /** Who posts it, or did last; and by the database's clock until when it is taken to be alive. */
  readonly holder: string | null;
  readonly leaseUntil: number | null;
}

interface AnnouncementsTable {
  readonly key: string;
  readonly platform: 'discord' | 'slack';
  readonly channelId: string;
  /** JSON; null once nothing is to be sent any more. */
  readonly message: string | null;
  readonly state: AnnouncementState;
  readonly error: string | null;
  /** How often it was tried and certainly not sent. */
  readonly attempts: number;
  /** Not to be sent before. */
  readonly dueAt: number;
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface ChannelSettingsTable extends Omit<ChannelSettings, 'watch' | 'keepHistory'> {
  readonly platform: ReplyRow['platform'];
  readonly channelId: string;
  readonly serverId: string | null;
  readonly watch: number;
  readonly keepHistory: number;
  /** Who changed it last; null where they asked to be forgotten. */
  readonly changedBy: string | null;
  readonly changedAt: number;
}

interface ServerSettingsTable {
  readonly platform: string;
  readonly serverId: string;
  readonly leaderboard: number;
  readonly changedBy: string | null;
  readonly changedAt: number;
}
