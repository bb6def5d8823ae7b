import { LRUCache } from 'lru-cache';
import { STYLES, type Style } from '../../inference/engines/engine.ts';
import type { ChannelSettings, Store } from '../../store/store.ts';
import type { Place, Platform } from './bot-port.ts';
import type { TryStore } from './try-store.ts';

type Channel = Pick<Place, 'platform' | 'channelId'>;

/** What holds in a channel where nobody set anything. */
export const DEFAULT_SETTINGS: ChannelSettings = {
  watch: false,
  style: 'brief',
  keepHistory: false,
  retentionDays: 30,
};

/** Another process may change what is remembered here; this one says so itself. */
const TTL_MS = 30_000;

export interface RememberedSettings {
  /** The channel's settings; those remembered last, or the defaults, where the store fails. */
  channel(channel: Channel): Promise<ChannelSettings>;
  setChannel(channel: Channel, settings: ChannelSettings): void;
  /** Whether the person opted out; null where the store fails and it was not asked before. */
  hasOptedOut(platform: Platform, personId: string): Promise<boolean | null>;
  setOptedOut(platform: Platform, personId: string, isOut: boolean): void;
  /** The person's id as it may be kept: empty for those who opted out, or where that is not known. */
  keptId(platform: Platform, personId: string): Promise<string>;
  isWatched(channel: Channel): boolean;
  /** Reads anew which channels are watched. */
  loadWatched(): Promise<void>;
}

/** Settings and opt-outs in bounded memory, so that a message costs no query. */
export function rememberSettings(store: Store, tryStore: TryStore): RememberedSettings {
  const channels = new LRUCache<string, ChannelSettings>({
    max: 5000,
    ttl: TTL_MS,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  const optOuts = new LRUCache<string, boolean>({
    max: 20_000,
    ttl: TTL_MS,
    allowStale: true,
    noDeleteOnStaleGet: true,
  });
  let watched = new Set<string>();
  /** Changes that may have been made while the store was asked: they count. */
  const switched = new LRUCache<string, { readonly isOn: boolean; readonly at: number }>({ max: 1000 });
  let loadedAt = 0;

  async function ask<T extends object | boolean>(
    cache: LRUCache<string, T>,
    key: string,
    what: string,
    call: () => Promise<T>,
  ): Promise<T | null> {
    const known = cache.get(key);
    if (known !== undefined && cache.getRemainingTTL(key) > 0) return known;
    const answer = await tryStore(what, call);
    // A change may have been made while the store was asked: it counts.
    if (cache.getRemainingTTL(key) > 0) return cache.get(key) ?? null;
    if (!answer) return known ?? null;
    cache.set(key, answer.value);
    return answer.value;
  }

  function hasOptedOut(platform: Platform, personId: string): Promise<boolean | null> {
    const call = () => store.people.hasOptedOut(platform, personId);
    return ask(optOuts, `${platform}:${personId}`, 'opt-out', call);
  }

  async function loadWatched(): Promise<void> {
    loadedAt = performance.now();
    const before = loadedAt;
    const answer = await tryStore('watched channels', () => store.settings.watchedChannels());
    if (!answer) return;
    watched = new Set(answer.value.map(keyOf));
    for (const [key, { isOn, at }] of switched) {
      if (at >= before) setWatched(key, isOn);
    }
  }

  function setWatched(key: string, isOn: boolean): void {
    if (isOn) watched.add(key);
    else watched.delete(key);
  }

  return {
    async channel({ platform, channelId }) {
      const call = async () => (await store.settings.channel(platform, channelId)) ?? DEFAULT_SETTINGS;
      return (await ask(channels, keyOf({ platform, channelId }), 'settings', call)) ?? DEFAULT_SETTINGS;
    },
    setChannel(channel, settings) {
      channels.set(keyOf(channel), settings);
      setWatched(keyOf(channel), settings.watch);
      switched.set(keyOf(channel), { isOn: settings.watch, at: performance.now() });
    },
    hasOptedOut,
    keptId: async (platform, personId) => ((await hasOptedOut(platform, personId)) === false ? personId : ''),
    setOptedOut(platform, personId, isOut) {
      optOuts.set(`${platform}:${personId}`, isOut);
    },
    isWatched(channel) {
      // Fills itself again in the background; `tryStore` never rejects.
      if (performance.now() - loadedAt > TTL_MS) void loadWatched();
      return watched.has(keyOf(channel));
    },
    loadWatched,
  };
}

function keyOf({ platform, channelId }: Channel): string {
  return `${platform}:${channelId}`;
}

/** How descriptions are written there. */
export function styleOf({ style }: ChannelSettings): Style {
  return STYLES.find(known => known === style) ?? 'brief';
}

/** Whether the channel's topic has `#nobot` or `#noai` as a whole hashtag, however it is written. */
export function wantsNoBots(topic: string): boolean {
  return /(?<![\p{L}\p{N}_#&])[#＃]no(?:bot|ai)(?![\p{L}\p{N}_-])/iu.test(topic);
}
