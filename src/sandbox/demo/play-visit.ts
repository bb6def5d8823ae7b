import { setTimeout as wait } from 'node:timers/promises';
import { NarratorError } from '../../errors.ts';
import { readSample } from '../playground/samples.ts';
import type { PlatformEvent, PlatformMessage, PretendPerson, PretendPlatform } from '../pretend-platform.ts';
import { type ReadMessage, readMessage } from './read-message.ts';

/** What happens during a visit, for whoever shows it. */
export type VisitEvent =
  | { readonly type: 'enters'; readonly platform: PretendPlatform['name']; readonly channel: string }
  | { readonly type: 'does'; readonly person: string; readonly what: string }
  | {
      readonly type: 'says';
      readonly who: string;
      readonly message: ReadMessage;
      /** Who else than everyone sees it. */
      readonly onlyFor: string | null;
      readonly isEdit: boolean;
      /** Since the person did what it answers. */
      readonly afterMs: number;
    };

const SAMPLE = 'march-pastoral';
const CHANNEL = 'photos';
const STEP_MS = 60_000;
/** What a person takes to read and to act; a message is on the screen before the bot knows that it was sent. */
const PAUSE_MS = 600;

/**
 * Does in one platform what a newcomer would: posts a photograph and mentions the bot, presses its buttons, asks for
 * figures.
 *
 * @throws NarratorError `demo` where something that should happen does not, or the platform refused something
 */
export async function playVisit(
  platform: PretendPlatform,
  tell: (event: VisitEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const person = platform.people[0]!;
  const { bot, channels } = platform.snapshot(person.id);
  const channelId = channels.find(({ name }) => name === CHANNEL)!.id;
  const place = { personId: person.id, channelId };
  tell({ type: 'enters', platform: platform.name, channel: CHANNEL });

  const step = (
    what: string,
    act: () => Promise<unknown>,
    isAnswer: (message: ReadMessage, raw: PlatformMessage) => boolean,
  ) => takeStep({ platform, person, channelId, botId: bot.id, what, act, isAnswer, tell, signal });

  const file = { name: `${SAMPLE}.jpg`, bytes: (await readSample(SAMPLE))! };
  const reply = await step(
    `posts ${file.name} and mentions ${bot.name}`,
    () => platform.post({ ...place, text: `<@${bot.id}>`, files: [file] }),
    message => message.buttons.some(({ label }) => label === 'More detail'),
  );
  const press = (label: string) => {
    const button = reply.message.buttons.find(each => each.label === label);
    if (!button)
      throw new NarratorError('demo', `${platform.name}: the description has no button “${label}”.`);
    return platform.press({ ...place, messageId: reply.raw.id, actionId: button.id });
  };
  const isPrivate = (_: ReadMessage, raw: PlatformMessage) => raw.onlyFor === person.id;
  await step('presses “Show adjectives”', () => press('Show adjectives'), isPrivate);
  await step('presses “Alt text”', () => press('Alt text'), isPrivate);
  await step(
    'presses “More detail”',
    () => press('More detail'),
    ({ buttons }, { id }) => id === reply.raw.id && buttons.some(({ label }) => label === 'Shorter'),
  );
  const isSlack = platform.name === 'slack';
  await step(
    isSlack ? 'types /narrate stats' : 'types /stats',
    () =>
      platform.runCommand({
        ...place,
        command: isSlack ? 'narrate' : 'stats',
        options: isSlack ? { text: 'stats' } : {},
        files: [],
      }),
    ({ images }, raw) => raw.id !== reply.raw.id && images.length > 0,
  );
  const [problem] = platform.problems();
  if (problem) {
    throw new NarratorError('demo', `${platform.name} refused ${problem.where}: ${problem.what}`);
  }
}

/** Acts, shows what the bot says from then on, and waits for the answer. */
async function takeStep(options: {
  readonly platform: PretendPlatform;
  readonly person: PretendPerson;
  readonly channelId: string;
  readonly botId: string;
  readonly what: string;
  readonly act: () => Promise<unknown>;
  readonly isAnswer: (message: ReadMessage, raw: PlatformMessage) => boolean;
  readonly tell: (event: VisitEvent) => void;
  readonly signal: AbortSignal;
}): Promise<{ message: ReadMessage; raw: PlatformMessage }> {
  const { platform, person, channelId, botId, what, act, isAnswer, tell, signal } = options;
  await wait(PAUSE_MS, undefined, { signal });
  const answered = Promise.withResolvers<{ message: ReadMessage; raw: PlatformMessage }>();
  const fail = (why: string, cause?: unknown) =>
    answered.reject(
      new NarratorError('demo', `${platform.name}: ${person.name} ${what}, and ${why}.`, { cause }),
    );
  const timer = setTimeout(() => fail(`nothing came of it within ${STEP_MS / 1000} seconds`), STEP_MS);
  const onAbort = () => answered.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const began = performance.now();
  const onEvent = (event: PlatformEvent) => {
    if (event.type === 'failed') return fail(`was told “${event.text}”`);
    if (event.type !== 'message' && event.type !== 'edit') return;
    const { message: raw } = event;
    const message = readMessage(platform.name, raw);
    if (raw.channelId !== channelId || message.authorId !== botId) return;
    // A sign of work is no answer yet.
    if ((message.text === '' && message.images.length === 0) || !isAnswer(message, raw)) return;
    tell({
      type: 'says',
      who: platform.snapshot(person.id).bot.name,
      message,
      onlyFor: raw.onlyFor === null ? null : person.name,
      isEdit: event.type === 'edit',
      afterMs: performance.now() - began,
    });
    answered.resolve({ message, raw });
  };
  const unsubscribe = platform.subscribe(person.id, event => {
    try {
      onEvent(event);
    } catch (error) {
      fail('its answer could not be read', error);
    }
  });
  tell({ type: 'does', person: person.name, what });
  try {
    // The answer may come before the platform says that it took the act.
    const [answer] = await Promise.all([answered.promise, act()]);
    return answer;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}
