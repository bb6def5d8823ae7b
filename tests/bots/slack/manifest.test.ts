import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMAND_SPECS, DESCRIBE_SHORTCUT } from '../../../src/bots/commands/command-specs.ts';
import { SHORTCUT_ID, SLASH_COMMAND } from '../../../src/bots/slack/names.ts';
import { COMMANDS_SCOPE, EVENT_SCOPES, METHOD_SCOPES } from '../../../src/bots/slack/needs.ts';
import { readManifest } from '../../../src/sandbox/slack/manifest.ts';

const json = JSON.parse(readFileSync(new URL('../../../docs/slack-manifest.json', import.meta.url), 'utf8'));
const docs = readFileSync(new URL('../../../docs/slack.md', import.meta.url), 'utf8');
const manifest = readManifest(json);
const scopes = [
  ...new Set([COMMANDS_SCOPE, ...Object.values(METHOD_SCOPES).flat(), ...Object.values(EVENT_SCOPES).flat()]),
].toSorted();

test('it asks for the scopes that the methods, events and commands need, and for no others', () => {
  expect(manifest.oauth_config.scopes.bot).toEqual(scopes);
});

test('it subscribes to the events that the bot listens to, and to no others', () => {
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(Object.keys(EVENT_SCOPES).toSorted());
});

test('it declares the command and the shortcut', () => {
  expect(manifest.features.slash_commands).toMatchObject([{ command: SLASH_COMMAND, should_escape: true }]);
  expect(manifest.features.shortcuts).toMatchObject([
    { name: DESCRIBE_SHORTCUT, type: 'message', callback_id: SHORTCUT_ID },
  ]);
});

test('it turns on what the bot relies on', () => {
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(manifest.features.app_home.home_tab_enabled).toBe(true);
  // Without it nobody can write to the bot.
  expect(json.features.app_home.messages_tab_read_only_enabled).toBe(false);
});

test('its texts are as long as Slack wants them', () => {
  const { long_description, description, name } = json.display_information;
  expect(long_description.length).toBeGreaterThanOrEqual(174);
  expect(description.length).toBeLessThanOrEqual(140);
  expect(name.length).toBeLessThanOrEqual(35);
});

test('its hint names sub-commands that there are', () => {
  const names = COMMAND_SPECS.map(spec => spec.name as string);
  for (const part of manifest.features.slash_commands[0]!.usage_hint!.split('|')) {
    expect(names).toContain(part.trim().split(' ')[0]);
  }
});

test('the docs give each scope and event a line with its reason', () => {
  for (const name of [...scopes, ...Object.keys(EVENT_SCOPES)]) {
    expect(docs, name).toMatch(new RegExp(`^\\| [^|]*\`${name}\`[^|]* \\| [^|]{10,} \\|$`, 'm'));
  }
});
