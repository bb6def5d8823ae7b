const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** `<@U1|name>`, `<#C1|name>`, `<!here>`, `<!subteam^S1|@name>`, `<https://…|label>`. */
const MARKUP = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/gu;

/** A person as Slack writes them, and nothing else. */
export const PERSON = /^<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>$/u;

/** What Slack escaped, as it was typed: https://docs.slack.dev/messaging/formatting-message-text. */
function unescapeText(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/gu, entity => ENTITIES[entity] ?? entity);
}

/** A message's or command's text as people see it: marked-up names and addresses become plain words. */
export function readText(text: string): string {
  return unescapeText(
    text.replace(MARKUP, (_, sign: string, target: string, label: string | undefined) => {
      if (sign === '@' || sign === '#') return `${sign}${label ?? target}`;
      if (sign === '!') return label ?? `@${target.split('^')[0]}`;
      return label ?? target;
    }),
  );
}

/** An address that was typed or pasted: with or without Slack's markup around it. */
export function readAddress(text: string): string {
  return unescapeText(/^<([^<>|@#!][^<>|]*)(?:\|[^<>]*)?>$/u.exec(text)?.[1] ?? text);
}

/** A message's text without the mentions of one person, as plain words. */
export function withoutMention(text: string, userId: string): string {
  return readText(text.replace(new RegExp(`<@${userId}(?:\\|[^<>]*)?>`, 'gu'), ' ')).trim();
}
