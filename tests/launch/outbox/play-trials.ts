import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { OutboxTimes, PostingEnd } from '../../../src/launch/outbox/outbox-options.ts';
import { postThread } from '../../../src/launch/outbox.ts';
import type { ThreadContent } from '../../../src/launch/thread/thread.ts';
import { createXPoster } from '../../../src/launch/x/create-x-poster.ts';
import type { XPoster } from '../../../src/launch/x/x-poster.ts';
import { type PretendAccount, startPretendAccount } from '../../../src/sandbox/x/start-pretend-account.ts';
import type { XFaultKind, XStep } from '../../../src/sandbox/x/x-faults.ts';
import type { LaunchStore } from '../../../src/store/launch-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { approveThread, pictureOf } from './outbox-stage.ts';
import type { PostingPlay } from './posting-process.ts';

export interface TrialsOptions {
  readonly trials: number;
  readonly seed: number;
  /** Every so many-th trial posts from a process of its own, which is killed. */
  readonly killEvery: number;
  readonly atATime: number;
  /** A control: the outbox is shown no posts, and X takes duplicates. */
  readonly isBlind?: boolean;
  readonly onTrial?: (trial: Trial) => void;
}

interface ArmedFault {
  readonly step: XStep;
  readonly kind: XFaultKind;
  readonly after: number;
}

/** At the so many-th request of a step, before or after it is served, the process that posts is killed. */
interface Kill {
  readonly step: XStep;
  readonly phase: 'before' | 'after';
  readonly request: number;
}

export interface Trial {
  readonly number: number;
  readonly parts: number;
  readonly faults: readonly ArmedFault[];
  readonly lagMs: number;
  readonly kills: number;
  /** How it went by itself. */
  readonly outcome: 'complete' | 'stopped';
  readonly reason: string | null;
  /** Posts that X refused since it had their text already. */
  readonly refused: number;
  /** Posts beyond the first of each text. */
  readonly duplicates: number;
  /** What is not as it has to be; empty where all is well. */
  readonly wrongs: readonly string[];
}

/** A few hundredths of the real ones; all looks together are longer than the sandbox's `late`. */
const TIMES: OutboxTimes = {
  leaseMs: 2000,
  lookWaitsMs: [2, 20, 60, 150, 400],
  retryWaitsMs: [2, 5, 10],
  longestWaitMs: 3000,
  clockSkewMs: 1000,
  putOffMs: 100,
};
/** Far longer than an answer takes on a machine that is busy. */
const REQUEST_MS = 1500;
const LATE_MS = 1800;
const TRIAL_MS = 120_000;
const MOST_RESUMES = 5;
const PROCESS = fileURLToPath(new URL('posting-process.ts', import.meta.url));

const SEND_FAULTS: readonly XFaultKind[] = [
  ...(['before', 'after', 'cut', 'failing', 'failing-after', 'late', 'limited'] as const),
  ...(['duplicate', 'refused', 'unauthorised', 'forbidden'] as const),
];
const OTHER_FAULTS: readonly XFaultKind[] = ['before', 'after', 'cut', 'failing', 'failing-after', 'limited'];
const MEDIA_STEPS: readonly XStep[] = ['initialize', 'append', 'finalize', 'metadata'];

/** Posts threads while X and the process that posts fail at random places, and looks at what stands on X in the end. */
export async function playTrials(options: TrialsOptions): Promise<Trial[]> {
  const folder = await mkdtemp(join(tmpdir(), 'narrator-threads-'));
  const trials: Trial[] = [];
  let next = 0;
  const work = async () => {
    while (next < options.trials) {
      const trial = await playTrial(next++, folder, options);
      trials.push(trial);
      options.onTrial?.(trial);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.atATime }, work));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return trials.sort((one, other) => one.number - other.number);
}

async function playTrial(
  number: number,
  folder: string,
  { seed, killEvery, isBlind = false }: TrialsOptions,
): Promise<Trial> {
  const random = xoroshiro128plus(seed * 100_003 + number);
  const draw = (most: number) => uniformInt(random, 0, most - 1);
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const content = drawContent(number, draw);
  const faults = Array.from({ length: 1 + draw(3) }, () => drawFault(content, draw, pick));
  const lagMs = pick([0, 0, 0, 30, 150, 1500]);
  const isKilled = number % killEvery === killEvery - 1;
  const kills: Kill[] = isKilled
    ? Array.from({ length: 1 + draw(2) }, () => ({
        step: pick<XStep>(['send', 'send', 'send', 'finalize', 'metadata', 'timeline']),
        phase: pick(['before', 'after']),
        request: 1 + draw(content.parts.length),
      }))
    : [];

  const victim: { kill: (() => void) | null } = { kill: null };
  const seen = new Map<string, number>();
  const x = await startPretendAccount({
    takesDuplicates: isBlind,
    onStep(step, phase) {
      const key = `${step} ${phase}`;
      const request = (seen.get(key) ?? 0) + 1;
      seen.set(key, request);
      const index = kills.findIndex(
        each => each.step === step && each.phase === phase && each.request <= request,
      );
      if (index < 0 || victim.kill === null) return;
      kills.splice(index, 1);
      victim.kill();
    },
  });
  x.faults.lateMs = LATE_MS;
  x.faults.timelineLagMs = lagMs;
  for (const { step, kind, after } of faults) x.faults.arm(step, kind, { after });

  const config = { kind: 'sqlite', file: join(folder, `${number}.sqlite`) } as const;
  const store = await openStore(config);
  try {
    const { launch } = store;
    const threadId = await approveThread(launch, content);
    const play: PostingPlay = { config, account: x.account, threadId, times: TIMES, requestMs: REQUEST_MS };
    const killed = { times: 0 };
    const postOnce = () =>
      kills.length > 0 ? postInProcess(play, victim, killed) : postHere(play, launch, isBlind);
    const first = await postUntilOver(postOnce);
    let last = first;
    // A person looked, mended what was wrong, and lets it go on.
    for (let count = 0; last.kind === 'stopped' && count < MOST_RESUMES; count++) {
      x.faults.timelineLagMs = 0;
      await launch.resume(threadId, 'cli:ada', Date.now());
      last = await postUntilOver(postOnce);
    }
    // What was sent late is done by now.
    await wait(faults.some(({ kind }) => kind === 'late') ? LATE_MS : 0);
    return {
      ...{ number, parts: content.parts.length, faults, lagMs, kills: killed.times },
      outcome: first.kind === 'posted' ? 'complete' : 'stopped',
      reason: first.kind === 'stopped' ? first.reason : null,
      refused: x.refusedDuplicates(),
      duplicates: countDuplicates(x),
      wrongs: await findWrongs(x, launch, threadId, content, last),
    };
  } finally {
    await store.close();
    await x.close();
  }
}

function drawContent(number: number, draw: (most: number) => number): ThreadContent {
  const parts = Array.from({ length: 2 + draw(3) }, (_, position) => ({
    text: `Trial ${number}, part ${position + 1}: 3 < 4 & "so" on${draw(2) ? ` https://example.org/${number}/${position}?a=1&b=2` : ''}`,
    pictures: draw(3) === 0 ? [pictureOf('chart.png')] : [],
  }));
  return { parts };
}

function drawFault(
  { parts }: ThreadContent,
  draw: (most: number) => number,
  pick: <T>(list: readonly T[]) => T,
): ArmedFault {
  const kind = draw(10);
  if (kind < 7) return { step: 'send', kind: pick(SEND_FAULTS), after: draw(parts.length) };
  if (kind < 8) return { step: 'timeline', kind: pick(OTHER_FAULTS), after: draw(2) };
  return { step: pick(MEDIA_STEPS), kind: pick(OTHER_FAULTS), after: draw(2) };
}

/** @throws where it comes to no end */
async function postUntilOver(postOnce: () => Promise<PostingEnd | null>): Promise<PostingEnd> {
  const giveUpAt = Date.now() + TRIAL_MS;
  while (Date.now() < giveUpAt) {
    const end = await postOnce();
    if (end?.kind === 'posted' || end?.kind === 'stopped') return end;
    await wait(end?.kind === 'put-off' ? Math.max(0, end.until - Date.now()) + 1 : 100);
  }
  throw new Error('A thread was neither posted nor stopped.');
}

function postHere(play: PostingPlay, launch: LaunchStore, isBlind: boolean): Promise<PostingEnd> {
  const poster = createXPoster(play.account, { requestMs: play.requestMs });
  const x: XPoster = isBlind ? { ...poster, ownPosts: async () => [] } : poster;
  const options = {
    ...{ launch, x, times: play.times, process: 'trial' },
    limits: { postsPerDay: 1000, postsPerMonth: 1000 },
    checkNumbers: async () => [],
    log: { info: () => {}, warn: () => {} },
  };
  return postThread(play.threadId, options, new AbortController().signal);
}

/** Null where it was killed. */
async function postInProcess(
  play: PostingPlay,
  victim: { kill: (() => void) | null },
  killed: { times: number },
): Promise<PostingEnd | null> {
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(play)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  victim.kill = () => child.kill('SIGKILL');
  const output = text(child.stdout);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  victim.kill = null;
  if (signal === 'SIGKILL') {
    killed.times++;
    return null;
  }
  if (code !== 0) throw new Error(`The process that posts ended with ${code ?? signal}.`);
  return JSON.parse(await output) as PostingEnd;
}

function countDuplicates(x: PretendAccount): number {
  const texts = x.posts().map(post => post.text);
  return texts.length - new Set(texts).size;
}

async function findWrongs(
  x: PretendAccount,
  launch: LaunchStore,
  threadId: string,
  { parts }: ThreadContent,
  end: PostingEnd,
): Promise<string[]> {
  const wrongs: string[] = [];
  const posts = x.posts();
  if (end.kind !== 'posted') wrongs.push(`it ended ${end.kind}`);
  const expected = parts.map(({ text: said }) => said);
  if (JSON.stringify(posts.map(post => post.text)) !== JSON.stringify(expected)) {
    wrongs.push(`X shows ${posts.length} posts of ${parts.length} parts, or in another order`);
  }
  posts.forEach((post, index) => {
    if (post.replyTo !== (posts[index - 1]?.id ?? null)) wrongs.push(`post ${index + 1} answers another`);
    const altTexts = post.mediaIds.map(id => x.media(id)?.altText);
    const wanted = parts[index]?.pictures.map(({ altText }) => altText);
    if (JSON.stringify(altTexts) !== JSON.stringify(wanted))
      wrongs.push(`post ${index + 1} has other pictures`);
  });
  const stored = (await launch.parts(threadId)).map(({ postId }) => postId);
  if (JSON.stringify(stored) !== JSON.stringify(posts.map(({ id }) => id))) {
    wrongs.push('what is stored are not the posts that stand');
  }
  for (const { where, what } of x.problems()) wrongs.push(`${where}: ${what}`);
  return wrongs;
}
