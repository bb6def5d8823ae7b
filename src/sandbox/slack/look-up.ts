import { SandboxError } from '../sandbox-error.ts';
import type { SlackFile } from './files.ts';
import type { StoredView, Views } from './views.ts';
import type { SlackChannel, SlackUser, StoredMessage, World } from './world.ts';

/** Finds what people name by an id. All throw `SandboxError` `unknown` for what is not there, or not for this person. */
export class LookUp {
  readonly #world: World;
  readonly #views: Views;

  constructor(world: World, views: Views) {
    this.#world = world;
    this.#views = views;
  }

  person(id: string): SlackUser {
    const person = this.#world.users.get(id);
    if (person === undefined || person.isBot) throw unknown(`There is no person ${id}.`);
    return person;
  }

  anyChannel(id: string): SlackChannel {
    const channel = this.#world.channels.get(id);
    if (channel === undefined) throw unknown(`There is no channel ${id}.`);
    return channel;
  }

  /** One that this person is in. */
  channel(id: string, person: SlackUser): SlackChannel {
    const channel = this.#world.channels.get(id);
    if (channel === undefined || !channel.members.has(person.id)) {
      throw unknown(`${person.name} is in no channel ${id}.`);
    }
    return channel;
  }

  seenMessage(person: SlackUser, channelId: string, ts: string): StoredMessage {
    const message = this.#world.findMessage(channelId, ts);
    if (message === undefined || !this.#world.sees(person.id, message)) {
      throw unknown(`${person.name} sees no message ${ts} there.`);
    }
    return message;
  }

  message(ts: string): StoredMessage {
    for (const channel of this.#world.channels.values()) {
      const message = this.#world.findMessage(channel.id, ts);
      if (message !== undefined) return message;
    }
    throw unknown(`There is no message ${ts}.`);
  }

  file(messageTs: string, index: number): SlackFile {
    const file = this.message(messageTs).files[index];
    if (file === undefined) throw unknown(`The message has no file ${index}.`);
    return file;
  }

  /** A modal that is open for this person. */
  form(person: SlackUser, id: string): StoredView {
    const view = this.#views.find(id);
    if (view === undefined || view.personId !== person.id || view.json.type !== 'modal') {
      throw unknown(`No form ${id} is open for ${person.name}.`);
    }
    return view;
  }
}

function unknown(message: string): SandboxError {
  return new SandboxError('unknown', message);
}
