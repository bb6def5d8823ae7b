import { z } from 'zod';
import type { OwnPost } from './x-poster.ts';

const reference = z.object({ type: z.string(), id: z.string() });
const link = z.object({
  url: z.string().nullish(),
  expanded_url: z.string().nullish(),
  media_key: z.string().nullish(),
});

/** A post as X's API gives it. X's guide says `referenced_tweets`, its API description (2.167) `referenced_posts`. */
export const xPost = z.object({
  id: z.string().regex(/^\d{1,19}$/),
  text: z.string(),
  conversation_id: z.string().optional(),
  entities: z.object({ urls: z.array(link).nullish() }).nullish(),
  referenced_tweets: z.array(reference).optional(),
  referenced_posts: z.array(reference).optional(),
});

type XPost = z.output<typeof xPost>;

export function toOwnPost(post: XPost): OwnPost {
  const references = post.referenced_tweets ?? post.referenced_posts;
  const replied = references?.find(({ type }) => type === 'replied_to')?.id;
  // A post that answers none has no references, or an empty list of them: its conversation is then its own.
  const isRoot = post.conversation_id === undefined ? undefined : post.conversation_id === post.id;
  return {
    id: post.id,
    says: text => isMadeOf(post, text),
    replyTo: replied ?? (isRoot === true ? null : undefined),
    conversation: post.conversation_id,
  };
}

/**
 * Whether X makes this post of a text. X writes `&`, `<` and `>` as HTML does, puts a `t.co` address in the place of each
 * link, adds one at the end for pictures, and takes blanks off both ends. What stood in a link's place is compared with the
 * link's own address, with or without a scheme and a slash at the end: X adds both.
 */
function isMadeOf({ text: posted, entities }: XPost, text: string): boolean {
  const links = new Map<string, string>();
  for (const { url, expanded_url: target, media_key: media } of entities?.urls ?? []) {
    if (url) links.set(url, media ? '' : (target ?? url));
  }
  let rest = normalise(text);
  for (const piece of splitAt(posted.trim(), [...links.keys()])) {
    const target = links.get(piece);
    const forms = target === undefined ? [withoutEscapes(piece).normalize('NFC')] : formsOf(target);
    const form = forms.find(each => startsWith(rest, each, target !== undefined));
    if (form === undefined) {
      // Blanks stand between the text and the address of its pictures.
      if (rest === '' && piece.trim() === '') continue;
      const trimmed = forms[0]!.trimEnd();
      if (target !== undefined || trimmed !== rest) return false;
      rest = '';
      continue;
    }
    rest = rest.slice(form.length);
  }
  return rest === '';
}

function normalise(text: string): string {
  return text.trim().normalize('NFC');
}

function splitAt(text: string, separators: readonly string[]): string[] {
  if (separators.length === 0) return [text];
  const pattern = separators
    .toSorted((a, b) => b.length - a.length)
    .map(separator => separator.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  return text.split(new RegExp(`(${pattern})`)).filter(piece => piece !== '');
}

/** The longest first: an address is not taken for the beginning of a longer one. */
function formsOf(target: string): string[] {
  if (target === '') return [''];
  const bare = target.replace(/^https?:\/\//i, '');
  const forms = [target, bare, `http://${bare}`, `https://${bare}`];
  const all = forms.flatMap(form => (form.endsWith('/') ? [form, form.slice(0, -1)] : [form, `${form}/`]));
  return [...new Set(all)].map(form => form.normalize('NFC')).sort((a, b) => b.length - a.length);
}

/** Links do not tell A from a in the name of the host, and X may write it small: so they are compared without case. */
function startsWith(text: string, start: string, isLink: boolean): boolean {
  const head = text.slice(0, start.length);
  return head === start || (isLink && head.toLowerCase() === start.toLowerCase());
}

function withoutEscapes(text: string): string {
  // The ampersand last: `&amp;lt;` is `&lt;`.
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
