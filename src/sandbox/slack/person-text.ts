import type { SlackUser, World } from './world.ts';

type RichElement = Record<string, unknown>;

const PARTS = /<@(U[A-Z0-9]+)>|@([\w.-]+(?: [\w.-]+)?)|(https?:\/\/[^\s<>]+)/g;

/**
 * What Slack's client makes of what a person types: names become mentions, addresses become links, the rest is escaped.
 *
 * @returns mrkdwn and the rich text block that goes with it
 */
export function writePersonText(
  typed: string,
  users: Iterable<SlackUser>,
): { readonly text: string; readonly block: Record<string, unknown> } {
  const byName = new Map([...users].map(user => [user.name.toLowerCase(), user.id]));
  const elements: RichElement[] = [];
  let text = '';
  let from = 0;
  const addText = (plain: string) => {
    if (plain === '') return;
    text += plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    elements.push({ type: 'text', text: plain });
  };
  for (const match of typed.matchAll(PARTS)) {
    const [whole, id, name, url] = match;
    const found = name === undefined ? null : findName(name, byName);
    const userId = id ?? found?.id;
    if (userId === undefined && url === undefined) continue;
    addText(typed.slice(from, match.index));
    from = match.index + (found === null ? whole.length : found.length + 1);
    if (userId !== undefined) {
      text += `<@${userId}>`;
      elements.push({ type: 'user', user_id: userId });
    } else {
      text += `<${url}>`;
      elements.push({ type: 'link', url });
    }
  }
  addText(typed.slice(from));
  return {
    text,
    block: { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] },
  };
}

/**
 * What Slack makes of a command's text where the manifest says `should_escape`: names become ids.
 * Source: docs.slack.dev/interactivity/implementing-slash-commands
 */
export function escapeCommandText(typed: string, { users, channels }: World): string {
  const { text } = writePersonText(typed, users.values());
  const people = text.replaceAll(/<@(U[A-Z0-9]+)>/g, (whole, id) => {
    const user = users.get(id);
    return user === undefined ? whole : `<@${id}|${user.name}>`;
  });
  return people.replaceAll(/(?<!\S)#([\w-]+)/g, (whole, name) => {
    const channel = [...channels.values()].find(one => one.name === name && one.kind !== 'im');
    return channel === undefined ? whole : `<#${channel.id}|${name}>`;
  });
}

/** Names of two words are tried first. */
function findName(typed: string, byName: ReadonlyMap<string, string>): { id: string; length: number } | null {
  for (const name of [typed, typed.split(' ')[0]!, typed.split(' ')[0]!.replace(/[.-]+$/, '')]) {
    const id = byName.get(name.toLowerCase());
    if (id !== undefined) return { id, length: name.length };
  }
  return null;
}
