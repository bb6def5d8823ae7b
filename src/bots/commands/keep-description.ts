import type { ChannelSettings, DescriptionRow } from '../../store/store.ts';
import type { Context } from './context.ts';
import { describedOf, type ImageOutcome } from './describe-images.ts';
import type { DescribedImage } from './described-image.ts';
import type { KnownReply } from './known-replies.ts';
import { hashText } from './reply-state.ts';

/** What tells a reply's texts from others without keeping them; empty for an image that was not described. */
export function hashesOf(outcomes: readonly ImageOutcome[]): string[] {
  return outcomes.map(outcome => ('error' in outcome ? '' : hashText(outcome.text)));
}

/** The outcomes where all of them are descriptions, else null. */
export function whole(outcomes: readonly ImageOutcome[]): DescribedImage[] | null {
  const described = describedOf(outcomes);
  return described.length === outcomes.length ? described : null;
}

interface KeptDescription {
  readonly outcomes: readonly ImageOutcome[];
  readonly settings: ChannelSettings;
  /** From the event until it was shown, in milliseconds. */
  readonly totalMs: number;
}

/** Keeps the figures of a reply that stands, and what it became. */
export async function keepDescription(
  { store, replies, tryStore, now }: Context,
  known: KnownReply,
  isStored: boolean,
  { outcomes, settings, totalMs }: KeptDescription,
): Promise<void> {
  await replies.put(known, isStored);
  if (!isStored) return;
  const { row } = known;
  const describedAt = now();
  const rows = outcomes.flatMap((outcome, index): DescriptionRow[] => {
    if ('error' in outcome) return [];
    const { text, style, engine, model, adjectives, words, interpretive, grounding, engineMs } = outcome;
    return [
      {
        id: `${row.id}-${index}`,
        replyId: row.id,
        platform: row.platform,
        serverId: row.serverId,
        channelId: row.channelId,
        requesterId: row.requesterId,
        authorId: row.authorId,
        engine,
        model,
        style,
        words,
        adjectives: adjectives.length,
        supported: grounding?.supported ?? null,
        contradicted: grounding?.contradicted ?? null,
        uncheckable: grounding?.uncheckable ?? null,
        supportedPer100Words: grounding?.supportedPer100Words ?? null,
        interpretive,
        engineMs,
        totalMs,
        describedAt,
        text: settings.keepHistory ? text : null,
        expiresAt: row.expiresAt,
      },
    ];
  });
  await tryStore('descriptions', () => store.descriptions.put(rows));
}
