import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { PlatformEvent } from '../../../src/sandbox/pretend-platform.ts';
import type { PretendSlack } from '../../../src/sandbox/slack/pretend-slack.ts';
import {
  type PretendSlackOptions,
  startPretendSlack,
} from '../../../src/sandbox/slack/start-pretend-slack.ts';

/** A 1×1 PNG. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A real Bolt app in Socket Mode against a pretend Slack, and what one person sees. */
export class ConnectedApp implements AsyncDisposable {
  readonly slack: PretendSlack;
  readonly app: App;
  readonly seen: PlatformEvent[] = [];

  constructor(slack: PretendSlack, app: App) {
    this.slack = slack;
    this.app = app;
    this.slack.subscribe(this.person('maya'), event => event.type !== 'bot' && this.seen.push(event));
  }

  person(name: string): string {
    return this.slack.people.find(person => person.name === name)!.id;
  }

  channel(name: string): string {
    return this.slack.snapshot(this.person('maya')).channels.find(channel => channel.name === name)!.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.stop();
    await this.slack.close();
  }
}

/** Connects a Bolt app. `prepare` registers its listeners before it starts. */
export async function connectApp(
  prepare: (app: App) => void,
  options: PretendSlackOptions = {},
  // Bolt also gives up a connection whose answer to a ping takes so long: not too little on a busy machine.
  clientPingTimeout = 1000,
): Promise<ConnectedApp> {
  const slack = await startPretendSlack(options);
  const app = createApp(slack, { clientPingTimeout });
  prepare(app);
  const connected = new ConnectedApp(slack, app);
  await app.start();
  return connected;
}

/** @param options `clientPingTimeout`: Bolt waits so many milliseconds before it connects again */
function createApp(slack: PretendSlack, options: { readonly clientPingTimeout: number }): App {
  const { baseUrl, token, appToken } = slack.connection;
  const clientOptions = { slackApiUrl: `${baseUrl}/api/`, retryConfig: { retries: 3, minTimeout: 20 } };
  const receiver = new SocketModeReceiver({
    appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: options.clientPingTimeout,
    installerOptions: { clientOptions },
  });
  return new App({ token, receiver, logLevel: LogLevel.ERROR, clientOptions });
}
