import { expect, it } from 'vitest';
import { rememberSettings } from '../../../src/bots/commands/remembered-settings.ts';
import { createTryStore } from '../../../src/bots/commands/try-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { describeOnBothStores } from '../../store/both-stores.ts';

await describeOnBothStores('what is remembered of watched channels', stores => {
  it('keeps a change that was made while the store was asked', async () => {
    const store = await stores.open();
    const asked = Promise.withResolvers<void>();
    const slow: Store = {
      ...store,
      settings: {
        ...store.settings,
        async watchedChannels() {
          const channels = await store.settings.watchedChannels();
          await asked.promise;
          return channels;
        },
      },
    };
    const settings = rememberSettings(slow, createTryStore({ info() {}, warn() {}, error() {} }));
    const [on, off] = ['a', 'b'].map(channelId => ({ platform: 'discord' as const, channelId }));
    const change = { style: 'brief', keepHistory: false, retentionDays: 30 };
    await store.settings.changeChannel(
      { ...off!, serverId: null },
      { watch: true },
      { ...change, watch: false },
      'x',
      1,
    );
    const loading = settings.loadWatched();
    settings.setChannel(on!, { ...change, watch: true });
    settings.setChannel(off!, { ...change, watch: false });
    asked.resolve();
    await loading;
    expect(settings.isWatched(on!)).toBe(true);
    expect(settings.isWatched(off!)).toBe(false);
  });
});
