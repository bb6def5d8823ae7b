import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import manifest from '../../docs/slack-manifest.json' with { type: 'json' };
import type { Config } from '../config/config.ts';
import { startPretendDiscord } from './discord/pretend-discord.ts';
import type { PretendPlatform } from './pretend-platform.ts';
import { startPretendSlack } from './slack/start-pretend-slack.ts';
import { type PretendAccount, startPretendAccount } from './x/start-pretend-account.ts';

export interface Sandbox {
  readonly platforms: readonly PretendPlatform[];
  /** Where threads are posted. */
  readonly x: PretendAccount;
  /** The same configuration with both bots on the pretend platforms, threads posted on the pretend X, and with a store of the sandbox's own. */
  connect(config: Config): Config;
  /** Ends the platforms and deletes what the bots kept. */
  close(): Promise<void>;
}

/** Pictures that a channel's people have the time to describe themselves: short, since a newcomer waits for it. */
const GRACE_MS = 5000;
const CLOSE_MS = 2000;

/**
 * Starts the pretend platforms, and an account on a pretend X. What happens in them is in memory and gone at the end, and so is what the bots keep of
 * it: they would hold ids of messages that are no more.
 */
export async function startSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'narrator-sandbox-'));
  const discord = await startPretendDiscord();
  const slack = await startPretendSlack({ manifest });
  const x = await startPretendAccount();
  return {
    platforms: [discord, slack],
    x,
    connect: config => ({
      ...config,
      discord: {
        token: discord.connection.token,
        baseUrl: discord.connection.baseUrl,
        hasMessageContent: true,
      },
      slack: {
        botToken: slack.connection.token,
        transport: { kind: 'socket', appToken: slack.connection.appToken },
        baseUrl: slack.connection.baseUrl,
      },
      store: { kind: 'sqlite', file: path.join(folder, 'narrator.sqlite') },
      // Nothing that is played here goes out in public.
      launch: { ...config.launch, x: x.account },
      // Beside a service that runs for real.
      web: { ...config.web, port: 0 },
      bots: { ...config.bots, graceMs: Math.min(config.bots.graceMs, GRACE_MS) },
      allowedAddresses: [discord.connection.address, slack.connection.address],
    }),
    async close() {
      const over = new AbortController();
      const closed = Promise.all([discord.close(), slack.close(), x.close()]);
      // A client that was just connecting may hold its socket; the process's end takes it.
      await Promise.race([closed, wait(CLOSE_MS, undefined, { signal: over.signal }).catch(() => {})]);
      over.abort();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
