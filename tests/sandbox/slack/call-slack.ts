import type { PretendSlack } from '../../../src/sandbox/slack/pretend-slack.ts';
import {
  type PretendSlackOptions,
  startPretendSlack,
} from '../../../src/sandbox/slack/start-pretend-slack.ts';

export type Answer = Record<string, unknown> & { readonly ok: boolean };

/** A pretend Slack, called without a client's retries. */
export class CalledSlack implements AsyncDisposable {
  readonly slack: PretendSlack;

  constructor(slack: PretendSlack) {
    this.slack = slack;
  }

  get personId(): string {
    return this.slack.people.find(person => person.name === 'maya')!.id;
  }

  channel(name: string): string {
    return this.slack.snapshot(this.personId).channels.find(channel => channel.name === name)!.id;
  }

  async call(method: string, args: Record<string, unknown>, token?: string): Promise<Answer> {
    return (await this.request(method, args, token)).json() as Promise<Answer>;
  }

  request(method: string, args: Record<string, unknown>, token?: string): Promise<Response> {
    const { baseUrl, token: botToken } = this.slack.connection;
    return fetch(`${baseUrl}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token ?? botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
  }

  /** Posts as the bot. */
  async say(channel: string, args: Record<string, unknown>): Promise<Answer> {
    return this.call('chat.postMessage', { channel, ...args });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.slack.close();
  }
}

export async function callSlack(options: PretendSlackOptions = {}): Promise<CalledSlack> {
  return new CalledSlack(await startPretendSlack(options));
}
