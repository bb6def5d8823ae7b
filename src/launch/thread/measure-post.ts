import twitterText from '@ambassify/twitter-text';

/** Of one post: X's limit without a subscription (docs.x.com, "Counting characters"). */
export const MAX_WEIGHTED_LENGTH = 280;

/** What X charges for a post, in US dollars (pay per use, 2026). */
const POST_USD = 0.015;
const POST_WITH_LINK_USD = 0.2;

/** The length as X counts it: a link is 23 whatever its length, emoji and Chinese, Japanese and Korean letters are 2 each. */
export function weightedLengthOf(text: string): number {
  return twitterText.parseTweet(text).weightedLength;
}

export interface FoundLink {
  readonly url: string;
  /** In UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** What X makes a link of, also without `https://`: a bare `example.com`. */
export function findLinks(text: string): FoundLink[] {
  return twitterText
    .extractUrlsWithIndices(text)
    .map(({ url, indices: [start, end] }) => ({ url, start, end }));
}

/** Names of accounts, without `@`, that are told of the post. */
export function findMentions(text: string): readonly string[] {
  return twitterText.extractMentions(text);
}

/** Whether X refuses the text for its characters (U+FFFE, U+FEFF, U+FFFF). */
export function hasRefusedCharacters(text: string): boolean {
  return Boolean(twitterText.hasInvalidCharacters(text));
}

/** In US dollars. A post with a link costs many times one without. */
export function costOf(text: string): number {
  return findLinks(text).length > 0 ? POST_WITH_LINK_USD : POST_USD;
}
