import type { SourceName } from './reading.ts';

export type HubSubject = { readonly kind: 'model' | 'dataset' | 'space'; readonly name: string };
export type XSubject =
  | { readonly kind: 'post'; readonly id: string }
  | { readonly kind: 'account'; readonly handle: string };

export type SubjectKind = HubSubject['kind'] | XSubject['kind'] | 'repository';

/** How the goals file writes a source's subjects. */
export const SUBJECT_FORMS = {
  huggingface: 'a repository of the Hub: org/model, datasets/org/name or spaces/org/name',
  github: 'a repository: owner/name',
  x: 'a post by its number or address, or an account as @name',
  reddit: 'the address of a post: https://www.reddit.com/r/…/comments/…',
} as const satisfies Record<SourceName, string>;

const PART = '[A-Za-z0-9][\\w.-]{0,95}';
const HUB = new RegExp(`^(?:(models|datasets|spaces)/)?(${PART}(?:/${PART})?)$`);
const REPOSITORY = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([\w.-]{1,100})$/;
const POST_URL = /^https:\/\/(?:www\.|mobile\.)?(?:x|twitter)\.com\/\w{1,15}\/status\/(\d{1,19})(?:[/?#]|$)/;
const REDDIT_URL =
  /^https:\/\/(?:(?:www|old|new)\.)?reddit\.com\/(?:r\/\w{1,50}\/|user\/[\w-]{1,30}\/)?comments\/([a-z0-9]{1,10})(?:[/?#]|$)/i;
const REDDIT_SHORT = /^https:\/\/redd\.it\/([a-z0-9]{1,10})\/?$/i;

export function parseHubSubject(text: string): HubSubject | null {
  const [, folder, name] = HUB.exec(text) ?? [];
  if (name === undefined) return null;
  // All but the oldest models are in a namespace.
  if (folder !== undefined && folder !== 'models' && !name.includes('/')) return null;
  return { kind: folder === 'datasets' ? 'dataset' : folder === 'spaces' ? 'space' : 'model', name };
}

export function parseRepository(text: string): { readonly owner: string; readonly repo: string } | null {
  const [, owner, repo] = REPOSITORY.exec(text) ?? [];
  return owner === undefined || repo === undefined || /^\.{1,2}$/.test(repo) ? null : { owner, repo };
}

export function parseXSubject(text: string): XSubject | null {
  const handle = /^@(\w{1,15})$/.exec(text)?.[1];
  if (handle !== undefined) return { kind: 'account', handle };
  const id = /^\d{1,19}$/.exec(text)?.[0] ?? POST_URL.exec(text)?.[1];
  return id === undefined ? null : { kind: 'post', id };
}

/** @returns the post's full name as Reddit's API has it: `t3_1abcde` */
export function parseRedditPost(text: string): string | null {
  const id = (REDDIT_URL.exec(text) ?? REDDIT_SHORT.exec(text))?.[1];
  return id === undefined ? null : `t3_${id.toLowerCase()}`;
}

/** What kind of thing a subject is, or null where the text names none. */
export function kindOf(source: SourceName, subject: string): SubjectKind | null {
  switch (source) {
    case 'huggingface':
      return parseHubSubject(subject)?.kind ?? null;
    case 'github':
      return parseRepository(subject) === null ? null : 'repository';
    case 'x':
      return parseXSubject(subject)?.kind ?? null;
    case 'reddit':
      return parseRedditPost(subject) === null ? null : 'post';
  }
}
