import { randomBytes } from 'node:crypto';
import type { SlackManifest } from './manifest.ts';
import { GrantedScopes } from './scopes.ts';
import type { World } from './world.ts';

/** The app as it is installed in the workspace. */
export interface InstalledApp {
  readonly id: string;
  readonly name: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Slack's old verification token, which events still carry. */
  readonly verificationToken: string;
  readonly manifest: SlackManifest;
  readonly scopes: GrantedScopes;
}

const ICONS = 'https://a.slack-edge.com/80588/img/plugins/app';
/** Those of an app that brought none of its own. */
export const BOT_ICONS = {
  image_36: `${ICONS}/bot_36.png`,
  image_48: `${ICONS}/bot_48.png`,
  image_72: `${ICONS}/service_72.png`,
} as const;

/** Installs an app by its manifest. Its tokens are made up afresh, so that none can be taken for a real one. */
export function installApp(world: World, manifest: SlackManifest, scopes: readonly string[]): InstalledApp {
  const name = manifest.features.bot_user.display_name;
  const bot = world.addUser({ name, role: 'member', isBot: true });
  const id = world.ids.next('A');
  return {
    id,
    name,
    botId: world.ids.next('B'),
    botUserId: bot.id,
    botToken: `xoxb-sandbox-${randomBytes(12).toString('hex')}`,
    appToken: `xapp-1-${id}-sandbox-${randomBytes(12).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
    verificationToken: randomBytes(12).toString('hex'),
    manifest,
    scopes: new GrantedScopes(scopes),
  };
}
