import { SandboxError } from '../sandbox-error.ts';
import { SlackApiError } from './api-error.ts';
import type { InstalledApp } from './app.ts';
import { asToldToApp } from './app-events.ts';
import { type BlockJson, elementsOf } from './blocks/validate-blocks.ts';
import type { Acknowledgement, Deliveries } from './delivery.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { InteractionTokens, ResponseTarget } from './tokens.ts';
import { readState, type StateValues } from './view-state.ts';
import type { StoredView, Views } from './views.ts';
import type { SlackChannel, SlackUser, StoredMessage, World } from './world.ts';

/** What people do with the app: commands, shortcuts, buttons and forms, and what its acknowledgements say to them. */
export class Interactions {
  readonly #world: World;
  readonly #app: InstalledApp;
  readonly #deliveries: Deliveries;
  readonly #tokens: InteractionTokens;
  readonly #views: Views;
  readonly #responses: ResponseUrls;
  readonly #baseUrl: string;

  constructor(parts: {
    readonly world: World;
    readonly app: InstalledApp;
    readonly deliveries: Deliveries;
    readonly tokens: InteractionTokens;
    readonly views: Views;
    readonly responses: ResponseUrls;
    readonly baseUrl: string;
  }) {
    this.#world = parts.world;
    this.#app = parts.app;
    this.#deliveries = parts.deliveries;
    this.#tokens = parts.tokens;
    this.#views = parts.views;
    this.#responses = parts.responses;
    this.#baseUrl = parts.baseUrl;
  }

  async command(person: SlackUser, channel: SlackChannel, command: string, text: string): Promise<void> {
    const target = { personId: person.id, channelId: channel.id, originalTs: null, threadTs: null };
    const result = await this.#deliveries.sendInteraction(
      'slash_commands',
      {
        token: this.#app.verificationToken,
        team_id: this.#world.teamId,
        team_domain: this.#world.teamDomain,
        channel_id: channel.id,
        channel_name: nameOf(channel),
        user_id: person.id,
        user_name: person.name,
        command,
        text,
        api_app_id: this.#app.id,
        is_enterprise_install: 'false',
        response_url: this.#responseUrl('commands', target),
        trigger_id: this.#tokens.giveTrigger({ personId: person.id, viewId: null }),
      },
      true,
    );
    if (this.#hasFailed(result, command, person, channel.id)) return;
    if (isFilled(result.payload)) this.#answerCommand(target, command, result.payload);
  }

  async messageShortcut(
    person: SlackUser,
    channel: SlackChannel,
    message: StoredMessage,
    callbackId: string,
  ): Promise<void> {
    const threadTs = message.json.thread_ts ?? null;
    const target = { personId: person.id, channelId: channel.id, originalTs: null, threadTs };
    const result = await this.#deliveries.sendInteraction(
      'interactive',
      {
        type: 'message_action',
        ...this.#origin(person),
        callback_id: callbackId,
        action_ts: this.#world.clock.next(),
        trigger_id: this.#tokens.giveTrigger({ personId: person.id, viewId: null }),
        response_url: this.#responseUrl('actions', target),
        message_ts: message.json.ts,
        message: asToldToApp(message),
        channel: { id: channel.id, name: nameOf(channel) },
      },
      false,
    );
    this.#hasFailed(result, `shortcut ${callbackId}`, person, channel.id);
  }

  /** @param value what was chosen, for elements that offer choices */
  async pressInMessage(
    person: SlackUser,
    message: StoredMessage,
    actionId: string,
    value?: string,
  ): Promise<void> {
    const channel = this.#world.channels.get(message.channelId)!;
    const isEphemeral = message.onlyFor !== null;
    const target = {
      personId: person.id,
      channelId: channel.id,
      originalTs: message.json.ts,
      threadTs: message.json.thread_ts ?? null,
    };
    const result = await this.#deliveries.sendInteraction(
      'interactive',
      {
        type: 'block_actions',
        ...this.#origin(person),
        container: {
          type: 'message',
          message_ts: message.json.ts,
          channel_id: channel.id,
          is_ephemeral: isEphemeral,
          ...(message.json.thread_ts === undefined ? {} : { thread_ts: message.json.thread_ts }),
        },
        trigger_id: this.#tokens.giveTrigger({ personId: person.id, viewId: null }),
        channel: { id: channel.id, name: nameOf(channel) },
        // Slack does not send an ephemeral message's content along.
        ...(isEphemeral ? {} : { message: asToldToApp(message) }),
        state: { values: readState(message.json.blocks ?? [], {}) },
        response_url: this.#responseUrl('actions', target),
        actions: [this.#action(message.json.blocks ?? [], actionId, value)],
      },
      false,
    );
    this.#hasFailed(result, `action ${actionId}`, person, channel.id);
  }

  async pressInView(person: SlackUser, view: StoredView, actionId: string, value?: string): Promise<void> {
    const result = await this.#deliveries.sendInteraction(
      'interactive',
      {
        type: 'block_actions',
        ...this.#origin(person),
        container: { type: 'view', view_id: view.id },
        trigger_id: this.#tokens.giveTrigger({
          personId: person.id,
          viewId: view.json.type === 'modal' ? view.id : null,
        }),
        view: view.json,
        actions: [this.#action(view.json.blocks, actionId, value)],
      },
      false,
    );
    this.#hasFailed(result, `action ${actionId}`, person, this.#world.directMessageOf(person.id)!.id);
  }

  async submitView(person: SlackUser, view: StoredView, values: StateValues): Promise<void> {
    view.json = { ...view.json, state: { values } };
    const result = await this.#deliveries.sendInteraction(
      'interactive',
      {
        type: 'view_submission',
        ...this.#origin(person),
        trigger_id: this.#tokens.giveTrigger({ personId: person.id, viewId: view.id }),
        view: view.json,
        response_urls: [],
      },
      true,
    );
    const where = `view_submission ${String(view.json.callback_id)}`;
    if (this.#hasFailed(result, where, person, this.#world.directMessageOf(person.id)!.id)) return;
    this.#takeSubmissionAnswer(view, result.payload, where);
  }

  async closeView(person: SlackUser, view: StoredView): Promise<void> {
    this.#views.close(view, view.json.clear_on_close === true);
    if (view.json.notify_on_close !== true) return;
    await this.#deliveries.sendInteraction(
      'interactive',
      { type: 'view_closed', ...this.#origin(person), view: view.json, is_cleared: false },
      false,
    );
  }

  /** docs.slack.dev/surfaces/modals#response_actions */
  #takeSubmissionAnswer(view: StoredView, payload: unknown, where: string): void {
    const answer = isFilled(payload) ? payload : {};
    try {
      switch (answer.response_action) {
        case undefined:
          if (Object.keys(answer).length > 0) throw new SlackApiError('invalid_arguments', answer);
          this.#views.close(view, false);
          return;
        case 'clear':
          this.#views.close(view, true);
          return;
        case 'errors':
          this.#views.showErrors(view, answer.errors as Record<string, string>);
          return;
        case 'update':
          this.#views.update({ id: view.id, externalId: undefined, hash: undefined }, answer.view);
          return;
        case 'push':
          this.#views.push(view.personId, view.id, this.#views.validateModal(answer.view));
          return;
        default:
          throw new SlackApiError('invalid_arguments', answer);
      }
    } catch (error) {
      if (!(error instanceof SlackApiError)) throw error;
      this.#world.problems.add(where, `the acknowledgement was refused: ${error.describe()}`);
    }
  }

  #answerCommand(target: ResponseTarget, command: string, payload: Readonly<Record<string, unknown>>): void {
    try {
      this.#responses.respond(target, payload, command);
    } catch (error) {
      if (!(error instanceof SlackApiError)) throw error;
      this.#world.problems.add(command, `the acknowledgement was refused: ${error.describe()}`);
    }
  }

  #hasFailed(
    result: Acknowledgement,
    what: string,
    person: SlackUser,
    channelId: string,
  ): result is Extract<Acknowledgement, { kind: 'failed' }> {
    if (result.kind === 'acknowledged') return false;
    const reason = result.why === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
    this.#world.problems.add(what, `did not respond in time: ${result.detail}`);
    this.#world.tellPerson(person.id, {
      type: 'failed',
      channelId,
      text: `${what} failed with the error "${reason}": the app did not respond in time`,
    });
    return true;
  }

  #action(
    blocks: readonly BlockJson[],
    actionId: string,
    value: string | undefined,
  ): Record<string, unknown> {
    for (const block of blocks) {
      const element = elementsOf(block).find(one => one.action_id === actionId);
      if (element === undefined) continue;
      const chosen =
        element.type === 'button'
          ? { text: element.text, ...(element.value === undefined ? {} : { value: element.value }) }
          : readState([{ ...block, element }], { [actionId]: value ?? '' })[String(block.block_id)]?.[
              actionId
            ];
      return {
        ...chosen,
        type: element.type,
        action_id: actionId,
        block_id: block.block_id,
        action_ts: this.#world.clock.next(),
      };
    }
    throw new SandboxError('unknown', `There is no button ${actionId} on this message: look at its blocks.`);
  }

  #origin(person: SlackUser): Record<string, unknown> {
    return {
      user: { id: person.id, username: person.name, name: person.name, team_id: this.#world.teamId },
      api_app_id: this.#app.id,
      token: this.#app.verificationToken,
      team: { id: this.#world.teamId, domain: this.#world.teamDomain },
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  #responseUrl(kind: 'actions' | 'commands', target: ResponseTarget): string {
    return `${this.#baseUrl}/${kind}/${this.#world.teamId}/${this.#app.id}/${this.#tokens.giveResponseKey(target)}`;
  }
}

function isFilled(payload: unknown): payload is Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null && Object.keys(payload).length > 0;
}

/** Interactions do not tell the names of private conversations. */
function nameOf(channel: SlackChannel): string {
  return { channel: channel.name, group: 'privategroup', im: 'directmessage' }[channel.kind];
}
