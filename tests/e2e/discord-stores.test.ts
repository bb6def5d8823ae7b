import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { NarrationService } from '../../src/inference/narration-service.ts';
import { picture } from '../bots/commands/pictures.ts';
import { startTalking } from '../bots/commands/start-bots.ts';
import { describeOnBothStores } from '../store/both-stores.ts';
import { clearStage, isDescription, isPrivate, labelsOf, setStage, until } from './discord-stage.ts';

let narration: NarrationService;
beforeAll(() => {
  narration = startTalking();
});
afterAll(() => narration.close(0));

await describeOnBothStores('a visit to Discord', stores => {
  afterEach(clearStage);

  it('describes, keeps figures, watches, reports and forgets', async () => {
    const store = await stores.open();
    const stage = await setStage({ narration, store });
    const { discord, people, post, run, press, answer, form } = stage;
    const file = { name: 'kite.png', bytes: picture('plain') };
    await run(people.mo, 'photos', 'settings', { watch: 'true', history: 'true', retention: '7' });
    await answer(people.mo, 'photos', isPrivate);
    await post(people.robin, 'photos', '', [file]);
    const message = await answer(people.robin, 'photos', isDescription);
    await until(async () => {
      const { descriptions } = await store.people.countRows('discord', people.robin);
      return descriptions ? true : null;
    });
    await run(people.sam, 'photos', 'stats');
    await answer(people.sam, 'photos', ({ attachments }) => attachments.length === 1);
    await press(people.robin, message, 'More detail');
    const isMore = ({ content }: { content: string }) => content.includes('A bright red kite');
    const more = await until(() => stage.answers(people.robin, 'photos').find(isMore) ?? null);
    await press(people.ada, more, 'Report');
    const { id, json } = await form(people.ada);
    const [reason] = json.components.flatMap(each => ('component' in each ? [each.component] : []));
    if (!reason || !('options' in reason)) throw new Error('no reason to choose');
    const values = { [reason.custom_id]: reason.options[0]!.value };
    await discord.submit({ personId: people.ada, formId: id, values });
    await until(async () => ((await store.reports.list(1)).length > 0 ? true : null));
    await run(people.robin, 'general', 'privacy', { do: 'forget-me' });
    const question = await answer(people.robin, 'general', sent => labelsOf(sent).length === 1);
    await press(people.robin, question, labelsOf(question)[0]!);
    await until(async () => {
      const rows = await store.people.countRows('discord', people.robin);
      return Object.values(rows).every(count => count === 0) ? true : null;
    });
    expect(discord.problems()).toEqual([]);
  });
});
