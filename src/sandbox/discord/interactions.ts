import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ProblemLog } from '../problem-log.ts';
import { autocompleteData } from './command-schema.ts';
import type { Gateway } from './gateway.ts';
import { deferral, FLAG, interactionMessage, type MessageBody, validateEdit } from './message-schema.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { MESSAGE_TYPE, type Messages, type Uploads } from './messages.ts';
import { type Modal, modal } from './modal-schema.ts';
import type { PeopleViews } from './people-views.ts';
import { PERMISSIONS } from './permissions.ts';
import type { Json } from './render.ts';
import type { MessageRenderer } from './render-message.ts';
import { formError, RestError } from './rest-error.ts';
import type { SnowflakeMaker } from './snowflake.ts';
import { validate } from './validate.ts';
import type { ChannelState, PersonState, World } from './world.ts';

/** Interaction types (Discord's documentation, "Interaction Type"). */
export const INTERACTION = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
type InteractionType = (typeof INTERACTION)[keyof typeof INTERACTION];

/** Interaction callback types. */
const CALLBACK = { message: 4, deferMessage: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const;

const MAX_INTERACTIONS = 1000;
const MAX_FORMS = 200;
const MAX_USER_INSTALL_FOLLOW_UPS = 5;

const callback = z.strictObject({
  type: z.union(Object.values(CALLBACK).map(type => z.literal(type))),
  data: z.unknown().optional(),
});

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly channel: ChannelState;
  readonly person: PersonState;
  /** The event, for problems: `describe`, or a custom id. */
  readonly label: string;
  readonly createdAt: number;
  /** Called by a person who brought the app along, where the bot is not. */
  readonly isUserInstallOnly: boolean;
  /** The message whose component was pressed, also where a form came in between. */
  readonly source: StoredMessage | null;
  /** The type of the first response message. */
  readonly messageType: number;
  readonly metadata: Json;
  readonly onChoices: ((choices: readonly { name: string; value: string | number }[]) => void) | null;
  isAcknowledged: boolean;
  isDead: boolean;
  /** The first response: a message of its own, or the source message. Null where there is none (yet). */
  originalId: string | null;
  /** Whether the first response was put off and has not come yet. */
  isDeferred: boolean;
  /** What was sent through it. */
  readonly messageIds: Set<string>;
  followUps: number;
  timer: NodeJS.Timeout | null;
}

/** A modal that a person was shown: its id is that of the interaction that opened it. */
export interface OpenForm {
  readonly modal: Modal;
  readonly opener: Interaction;
}

export interface InteractionsOptions {
  readonly world: World;
  readonly store: MessageStore;
  readonly messages: Messages;
  readonly renderer: MessageRenderer;
  readonly people: PeopleViews;
  readonly gateway: Gateway;
  readonly problems: ProblemLog;
  readonly ids: SnowflakeMaker;
  readonly now: () => number;
  /** Within which the first response has to come. */
  readonly acknowledgeWithinMs: number;
  /** How long an acknowledged interaction can be answered further. */
  readonly tokenLifetimeMs: number;
}

/** Interactions from their creation to the end of their tokens. */
export class Interactions {
  readonly #options: InteractionsOptions;
  readonly #byToken = new LRUCache<string, Interaction>({ max: MAX_INTERACTIONS });
  readonly #forms = new LRUCache<string, OpenForm>({ max: MAX_FORMS });

  constructor(options: InteractionsOptions) {
    this.#options = options;
  }

  /** @param render makes the event of the interaction */
  open(
    input: Pick<
      Interaction,
      'type' | 'channel' | 'person' | 'label' | 'isUserInstallOnly' | 'source' | 'messageType' | 'onChoices'
    > & { readonly metadata: (id: string) => Json },
    render: (interaction: Interaction) => Json,
  ): Interaction {
    const { ids, now, acknowledgeWithinMs, gateway } = this.#options;
    const id = ids.next();
    const interaction: Interaction = {
      ...input,
      id,
      metadata: input.metadata(id),
      token: Buffer.from(`interaction:${id}:${randomBytes(24).toString('hex')}`).toString('base64url'),
      createdAt: now(),
      isAcknowledged: false,
      isDead: false,
      originalId: null,
      isDeferred: false,
      messageIds: new Set(),
      followUps: 0,
      timer: null,
    };
    this.#byToken.set(interaction.token, interaction);
    interaction.timer = setTimeout(() => this.#giveUp(interaction), acknowledgeWithinMs);
    interaction.timer.unref();
    gateway.dispatch({
      type: 'INTERACTION_CREATE',
      guildId: interaction.channel.guildId,
      intents: 0,
      data: () => render(interaction),
    });
    return interaction;
  }

  /**
   * `POST /interactions/{id}/{token}/callback`.
   *
   * @returns what `with_response` asks for
   * @throws RestError
   */
  acknowledge(id: string, token: string, body: unknown, uploads: Uploads): Json {
    const interaction = this.#byToken.get(token);
    const { now, acknowledgeWithinMs } = this.#options;
    if (interaction === undefined || interaction.id !== id || interaction.isDead) {
      throw new RestError('unknownInteraction');
    }
    if (interaction.isAcknowledged) throw new RestError('alreadyAcknowledged');
    if (now() - interaction.createdAt > acknowledgeWithinMs) throw new RestError('unknownInteraction');
    const { type, data } = validate(callback, body);
    const message = this.#respond(interaction, type, data, uploads);
    interaction.isAcknowledged = true;
    if (interaction.timer !== null) clearTimeout(interaction.timer);
    interaction.timer = interaction.isDeferred ? this.#watchDeferral(interaction) : null;
    return {
      interaction: {
        id: interaction.id,
        type: interaction.type,
        channel_id: interaction.channel.id,
        ...(interaction.channel.guildId === null ? {} : { guild_id: interaction.channel.guildId }),
        ...(message === null
          ? {}
          : {
              response_message_id: message.id,
              response_message_loading: (message.flags & FLAG.loading) !== 0,
              response_message_ephemeral: message.onlyFor !== null,
            }),
      },
      ...(message === null || (type !== CALLBACK.message && type !== CALLBACK.update)
        ? {}
        : { resource: { type, message: this.#options.renderer.render(message, true) } }),
    };
  }

  /**
   * `POST /webhooks/{application_id}/{token}`: the first one after a deferral is the deferred response.
   *
   * @throws RestError
   */
  followUp(token: string, body: unknown, uploads: Uploads, where: string): StoredMessage {
    const interaction = this.#live(token);
    const parsed = validate(interactionMessage, body);
    const original = this.#originalOf(interaction);
    if (interaction.isDeferred && original !== null && (original.flags & FLAG.loading) !== 0) {
      this.#options.messages.edit(original, parsed, uploads, where);
      interaction.isDeferred = false;
      return original;
    }
    if (interaction.isUserInstallOnly && interaction.followUps >= MAX_USER_INSTALL_FOLLOW_UPS) {
      throw new RestError('tooManyFollowUps');
    }
    const message = this.#create(interaction, parsed, uploads, where, original);
    interaction.followUps++;
    return message;
  }

  /**
   * A message of the interaction: `@original`, or one of its follow-ups by id.
   *
   * @throws RestError
   */
  messageOf(token: string, id: string): StoredMessage {
    const interaction = this.#live(token);
    const message = id === '@original' ? this.#originalOf(interaction) : this.#options.store.find(id);
    const isOwn =
      message && (interaction.messageIds.has(message.id) || message.id === interaction.originalId);
    if (!isOwn) throw new RestError('unknownMessage');
    return message;
  }

  /** @throws RestError */
  editMessage(token: string, id: string, body: unknown, uploads: Uploads, where: string): StoredMessage {
    const message = this.messageOf(token, id);
    this.#options.messages.edit(message, validateEdit(message.flags, body), uploads, where);
    return message;
  }

  /** @throws RestError */
  deleteMessage(token: string, id: string): void {
    this.#options.messages.delete(this.messageOf(token, id));
  }

  /** A form that is open for the person. */
  findForm(person: PersonState, formId: string): OpenForm | null {
    const form = this.#forms.get(formId);
    return form?.opener.person === person ? form : null;
  }

  closeForm(formId: string): void {
    this.#forms.delete(formId);
  }

  /** Ends every interaction given out so far. */
  expireAll(): void {
    for (const interaction of this.#byToken.values()) interaction.isDead = true;
  }

  close(): void {
    for (const { timer } of this.#byToken.values()) if (timer !== null) clearTimeout(timer);
    this.#byToken.clear();
    this.#forms.clear();
  }

  #respond(interaction: Interaction, type: number, data: unknown, uploads: Uploads): StoredMessage | null {
    const where = `interaction callback of ${interaction.label}`;
    const isCompletion = interaction.type === INTERACTION.autocomplete;
    if (isCompletion !== (type === CALLBACK.choices)) throw notHere(type);
    switch (type) {
      case CALLBACK.choices: {
        const { choices } = validate(autocompleteData, data);
        interaction.onChoices?.(choices);
        return null;
      }
      case CALLBACK.message: {
        const message = this.#create(
          interaction,
          validate(interactionMessage, data ?? {}),
          uploads,
          where,
          null,
        );
        interaction.originalId = message.id;
        return message;
      }
      case CALLBACK.deferMessage: {
        const { flags } = validate(deferral, data ?? {});
        const message = this.#create(
          interaction,
          { flags: flags ?? 0 },
          new Map(),
          where,
          null,
          FLAG.loading,
        );
        interaction.originalId = message.id;
        interaction.isDeferred = true;
        this.#think(interaction, message);
        return message;
      }
      case CALLBACK.deferUpdate:
      case CALLBACK.update: {
        const { source } = interaction;
        if (source === null) throw notHere(type);
        interaction.originalId = source.id;
        if (type === CALLBACK.deferUpdate) {
          this.#think(interaction, source);
        } else {
          this.#options.messages.edit(source, validateEdit(source.flags, data ?? {}), uploads, where);
        }
        return source;
      }
      default: {
        if (interaction.type === INTERACTION.modal) throw notHere(type);
        this.#openForm(interaction, validate(modal, data));
        return null;
      }
    }
  }

  #create(
    interaction: Interaction,
    body: MessageBody,
    uploads: Uploads,
    where: string,
    reference: StoredMessage | null,
    flags = 0,
  ): StoredMessage {
    const { person, channel } = interaction;
    const isPrivate = ((body.flags ?? 0) & FLAG.ephemeral) !== 0 || this.#mustBePrivate(interaction);
    const isFirst = interaction.originalId === null;
    const message = this.#options.messages.createByBot({
      channel,
      type: isFirst ? interaction.messageType : MESSAGE_TYPE.reply,
      body,
      uploads,
      onlyFor: isPrivate ? person.id : null,
      reference,
      interactionMetadata: interaction.metadata,
      flags,
      where,
    });
    interaction.messageIds.add(message.id);
    return message;
  }

  /** An app that a person brings along answers privately where the guild does not allow such apps. */
  #mustBePrivate({ isUserInstallOnly, channel, person }: Interaction): boolean {
    const permissions = this.#options.world.permissionsIn(channel, person);
    return (
      isUserInstallOnly && channel.guildId !== null && (permissions & PERMISSIONS.useExternalApps) === 0n
    );
  }

  #think(interaction: Interaction, message: StoredMessage): void {
    this.#options.people.tellChannel(interaction.channel, message.onlyFor, {
      type: 'thinking',
      channelId: interaction.channel.id,
      messageId: message.id,
    });
  }

  #openForm(interaction: Interaction, form: Modal): void {
    this.#forms.set(interaction.id, { modal: form, opener: interaction });
    this.#options.people.tellOne(interaction.person.id, {
      type: 'form',
      formId: interaction.id,
      json: form,
    });
  }

  /** @throws RestError */
  #live(token: string): Interaction {
    const interaction = this.#byToken.get(token);
    if (interaction === undefined || !interaction.isAcknowledged) throw new RestError('unknownWebhook');
    const { now, tokenLifetimeMs } = this.#options;
    if (interaction.isDead || now() - interaction.createdAt > tokenLifetimeMs) {
      throw new RestError('invalidWebhookToken');
    }
    return interaction;
  }

  #originalOf({ originalId }: Interaction): StoredMessage | null {
    return originalId === null ? null : (this.#options.store.find(originalId) ?? null);
  }

  /** The sign of work must be gone before the token is. */
  #watchDeferral(interaction: Interaction): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const original = this.#originalOf(interaction);
      if (original === null || (original.flags & FLAG.loading) === 0) return;
      this.#options.problems.add(`INTERACTION_CREATE ${interaction.label}`, 'deferred, and never answered');
      this.#tellFailure(interaction);
    }, this.#options.tokenLifetimeMs);
    return timer.unref();
  }

  /** What people see of an interaction that nobody answered. */
  #giveUp(interaction: Interaction): void {
    interaction.timer = null;
    interaction.isDead = true;
    const { problems, gateway, acknowledgeWithinMs } = this.#options;
    const why = gateway.isConnected ? '' : ' (the bot was not connected)';
    problems.add(
      `INTERACTION_CREATE ${interaction.label}`,
      `not acknowledged within ${acknowledgeWithinMs} ms${why}`,
    );
    if (interaction.onChoices !== null) {
      interaction.onChoices([]);
      return;
    }
    this.#tellFailure(interaction);
  }

  #tellFailure(interaction: Interaction): void {
    this.#options.people.tellOne(interaction.person.id, {
      type: 'failed',
      channelId: interaction.channel.id,
      text:
        interaction.type === INTERACTION.command
          ? 'The application did not respond'
          : 'This interaction failed',
    });
  }
}

function notHere(type: number): RestError {
  return formError(['type'], 'BASE_TYPE_CHOICES', `The callback type ${type} is not for this interaction.`);
}
