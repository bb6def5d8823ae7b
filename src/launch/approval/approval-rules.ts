import type { AnnouncementChannel } from '../../store/announcement-store.ts';
import type { LaunchPlan } from '../launch-file.ts';

/** Who may decide over threads, and where. Nobody whom it does not name. */
export type ApprovalRules = Pick<LaunchPlan['approval'], 'approvers' | 'channels' | 'fourEyes'>;

/** Who wants to decide. Whoever can run commands on the machine can change its database, too: they need no listing. */
export type Decider =
  | (AnnouncementChannel & {
      readonly kind: 'person';
      readonly personId: string;
      /** As shown on the platform: untrusted text. */
      readonly name: string;
      readonly isBot: boolean;
    })
  | { readonly kind: 'cli'; readonly user: string };

/** As the audit table has them. */
export function actorOf(decider: Decider): string {
  return decider.kind === 'cli' ? `cli:${decider.user}` : `${decider.platform}:${decider.personId}`;
}

/** Why somebody may not decide at that place, for themselves and for the audit table; null where they may. */
export function whyNotAllowed(
  { approvers, channels }: ApprovalRules,
  decider: Decider,
): { readonly sentence: string; readonly reason: string } | null {
  if (decider.kind === 'cli') return null;
  const { platform, channelId, personId, isBot } = decider;
  if (isBot) return { sentence: 'Bots cannot decide over threads.', reason: 'a bot' };
  if (!approvers[platform].includes(personId)) {
    return {
      sentence:
        'Only people whom the launch file names can decide over this thread. Whoever runs the bot can add you.',
      reason: 'not an approver',
    };
  }
  if (!channels.some(channel => channel.platform === platform && channel.channelId === channelId)) {
    return {
      sentence:
        'Threads are decided over in the channels that the launch file names, and this is none of them.',
      reason: 'not in a channel for approvals',
    };
  }
  return null;
}
