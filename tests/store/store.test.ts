import { expect, it } from 'vitest';
import { describeOnBothStores } from './both-stores.ts';

await describeOnBothStores('the store', stores => {
  it('answers, and can be opened again', async () => {
    const config = await stores.makeDatabase();
    const store = await stores.open({}, config);
    await store.ping();
    await store.close();
    const again = await stores.open({}, config);
    await again.ping();
    expect(await again.settings.watchedChannels()).toEqual([]);
  });
});
