import type { PlatformEvent, PlatformMessage } from '../pretend-platform.ts';
import type { StoredMessage } from './message-store.ts';
import type { MessageRenderer } from './render-message.ts';
import type { ChannelState, World } from './world.ts';

type Listener = (event: PlatformEvent) => void;

/** Tells people what they see happen. */
export class PeopleViews {
  readonly #world: World;
  readonly #renderer: MessageRenderer;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(world: World, renderer: MessageRenderer) {
    this.#world = world;
    this.#renderer = renderer;
  }

  subscribe(personId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(personId) ?? new Set();
    this.#listeners.set(personId, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  toPlatformMessage(message: StoredMessage): PlatformMessage {
    return {
      id: message.id,
      channelId: message.channel.id,
      onlyFor: message.onlyFor,
      json: this.#renderer.render(message, true),
    };
  }

  canSee(personId: string, message: StoredMessage): boolean {
    return (
      (message.onlyFor === null || message.onlyFor === personId) &&
      this.#world.canSee(this.#world.person(personId), message.channel)
    );
  }

  tellOne(personId: string, event: PlatformEvent): void {
    for (const listener of this.#listeners.get(personId) ?? []) listener(event);
  }

  /** @param onlyFor the person who alone sees it; null: all who see the channel */
  tellChannel(channel: ChannelState, onlyFor: string | null, event: PlatformEvent): void {
    for (const personId of this.#listeners.keys()) {
      if (onlyFor !== null && onlyFor !== personId) continue;
      if (this.#world.canSee(this.#world.person(personId), channel)) this.tellOne(personId, event);
    }
  }

  tellAll(event: PlatformEvent): void {
    for (const personId of this.#listeners.keys()) this.tellOne(personId, event);
  }
}
