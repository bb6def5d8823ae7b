/** What in a message notifies someone or can be followed. */
export interface TextMarks {
  /** Mentions of people, groups, and everyone: `<!channel>`, `<@U…>`. */
  readonly pings: readonly string[];
  /** Links, also those that Slack makes of bare addresses, and channel links. */
  readonly links: readonly string[];
}

const CONTROL = /<([^<>\n]+)>/g;
const BARE_URL = /\bhttps?:\/\/[^\s<>|]+/gi;
/** Slack also links what looks like a host name with a common ending, and mail addresses. */
const BARE_HOST =
  /(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:com|org|net|io|dev|ai|co|app|edu|gov|info|me|uk|de|fr|eu|us|xyz|example)\b(?:\/[^\s<>|]*)?/gi;
// Where a match may begin is said by what stands before it, so that long words take no quadratic time.
const BARE_MAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,}/gi;
const BROADCAST_NAMES = /(?<![\w@])@(?:channel|here|everyone)\b/gi;
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;
const MARKDOWN_LINK = /\[[^[\]\n]*\]\(([^)\s]+)[^)\n]*\)/g;

interface TextOptions {
  /** `verbatim`: bare addresses stay text. */
  readonly isVerbatim?: boolean;
  /** `link_names` or `parse: full`: bare `@channel` pings. */
  readonly isLinkingNames?: boolean;
}

/**
 * What in a mrkdwn text pings or links.
 * Source: docs.slack.dev/messaging/formatting-message-text
 *
 * @param text as sent: `&`, `<` and `>` are escaped where they are meant as text
 */
export function markMrkdwn(text: string, options: TextOptions = {}): TextMarks {
  const pings: string[] = [];
  const links: string[] = [];
  for (const [whole, inner] of text.matchAll(CONTROL)) {
    if (/^(?:@|!(?:channel|here|everyone|group|subteam)\b)/.test(inner!)) pings.push(whole);
    else if (/^(?:#|[a-z][a-z0-9+.-]*:)/i.test(inner!)) links.push(whole);
  }
  const bare = text.replaceAll(CONTROL, ' ').replaceAll(CODE, ' ');
  if (options.isVerbatim !== true) {
    for (const pattern of [BARE_URL, BARE_MAIL]) links.push(...(bare.match(pattern) ?? []));
    links.push(...(bare.replaceAll(BARE_URL, ' ').replaceAll(BARE_MAIL, ' ').match(BARE_HOST) ?? []));
  }
  if (options.isLinkingNames === true) pings.push(...(bare.match(BROADCAST_NAMES) ?? []));
  return { pings, links };
}

/** Standard Markdown, as `markdown` blocks hold it: mrkdwn's control sequences hold there too. */
function markMarkdown(text: string): TextMarks {
  const { pings, links } = markMrkdwn(text);
  return { pings, links: [...links, ...[...text.matchAll(MARKDOWN_LINK)].map(([whole]) => whole)] };
}

/**
 * What in a message pings or links: its text, which notifications show, and its blocks. Plain text objects do neither.
 *
 * @param blocks valid Block Kit blocks
 */
export function markMessage(
  text: string,
  blocks: readonly Record<string, unknown>[] | undefined,
  options: TextOptions = {},
): TextMarks {
  const found = [markMrkdwn(text, options), ...(blocks ?? []).map(markNode)];
  return { pings: found.flatMap(one => one.pings), links: found.flatMap(one => one.links) };
}

/** Walks a block: text objects, rich text elements and what can be followed. */
function markNode(node: unknown): TextMarks {
  if (Array.isArray(node)) return join(node.map(markNode));
  if (typeof node !== 'object' || node === null) return { pings: [], links: [] };
  const fields = node as Record<string, unknown>;
  switch (fields.type) {
    case 'mrkdwn':
      return markMrkdwn(String(fields.text), { isVerbatim: fields.verbatim === true });
    case 'markdown':
      return markMarkdown(String(fields.text));
    case 'plain_text':
      return { pings: [], links: [] };
    case 'link':
      return { pings: [], links: [String(fields.url)] };
    case 'user':
    case 'usergroup':
    case 'broadcast':
      return { pings: [JSON.stringify(fields)], links: [] };
    case 'channel':
      return { pings: [], links: [JSON.stringify(fields)] };
    default: {
      const inner = join(Object.values(fields).map(markNode));
      const url = fields.type === 'button' && typeof fields.url === 'string' ? [fields.url] : [];
      return { pings: inner.pings, links: [...inner.links, ...url] };
    }
  }
}

function join(all: readonly TextMarks[]): TextMarks {
  return { pings: all.flatMap(one => one.pings), links: all.flatMap(one => one.links) };
}
