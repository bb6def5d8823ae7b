import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../config/env.ts';
import { NarratorError } from '../errors.ts';
import { createLogger } from '../logging/create-logger.ts';
import { createAnswerCache } from '../reach/answer-cache.ts';
import { collectReach, SLOT_MS } from '../reach/collect-reach.ts';
import { readGoalsFile } from '../reach/goals-file.ts';
import { SOURCE_TITLES, SOURCES } from '../reach/reading.ts';
import { openStore } from '../store/open-store.ts';
import type { Sample } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { ExitStatus, paint, type Terminal } from './terminal.ts';

/** A timer may be early, and the hour before has its sample. */
const PAST_THE_HOUR_MS = 5000;

/**
 * Runs until the terminal's signal is aborted, or once.
 *
 * @throws ConfigError; GoalsError; StoreError; NarratorError `no-subjects`; ExitStatus where one run found no figure at all
 */
export async function track(terminal: Terminal, isOnce: boolean): Promise<void> {
  const { env, signal, stdout, stderr } = terminal;
  const config = readConfig(env);
  const { goalsFile, access } = config.reach;
  const { subjects } = await readGoalsFile(goalsFile);
  if (SOURCES.every(source => subjects[source].length === 0)) {
    throw new NarratorError(
      'no-subjects',
      `${goalsFile} names nothing to measure yet: put the model, the repository and the posts into its "subjects" (docs/reach.md).`,
    );
  }
  const gitHubAnswers = createAnswerCache();
  const log = createLogger(config, stderr, stderr.isTTY === true);
  const store = await openStore(config.store, { log });
  const run = () =>
    collectReach({ access, subjects, store: store.samples, now: Date.now, signal, log, gitHubAnswers });
  try {
    if (isOnce) {
      const samples = await run();
      for (const line of describeRun(samples)) stdout.write(`${line}\n`);
      if (!samples.some(({ outcome }) => outcome === 'value')) throw new ExitStatus(1);
      return;
    }
    stdout.write(
      `Asking every hour, until Ctrl-C. ${paint(stdout, 'dim', 'narrator goals shows what it comes to.')}\n`,
    );
    while (!signal.aborted) {
      try {
        const samples = await run();
        const at = new Date().toISOString().slice(0, 16).replace('T', ' ');
        stdout.write(
          `${at} UTC\n${describeRun(samples)
            .map(line => `  ${line}\n`)
            .join('')}`,
        );
      } catch (error) {
        // The next hour tries again.
        if (!(error instanceof StoreError)) throw error;
        log.error({ err: error }, 'the figures of this hour could not be kept');
      }
      await wait(SLOT_MS - (Date.now() % SLOT_MS) + PAST_THE_HOUR_MS, undefined, { signal });
    }
  } catch (error) {
    if (isOnce || !signal.aborted) throw error;
  } finally {
    await store.close();
  }
}

/** A line for each source, and one for each reason why there is no figure. */
function describeRun(samples: readonly Sample[]): string[] {
  return SOURCES.flatMap(source => {
    const own = samples.filter(sample => sample.source === source);
    if (own.length === 0) return [];
    const values = own.filter(({ outcome }) => outcome === 'value');
    const without = Map.groupBy(
      own.filter(({ outcome }) => outcome !== 'value'),
      ({ outcome, reason }) => `${outcome}: ${reason}`,
    );
    return [
      `${SOURCE_TITLES[source]}: ${values.length} of ${own.length} figures`,
      ...[...without].map(
        ([why, some]) => `  ${some.map(nameOf).slice(0, 4).join(', ')}${some.length > 4 ? ', …' : ''} ${why}`,
      ),
    ];
  });
}

function nameOf({ subject, metric }: Sample): string {
  return `${subject} ${metric}`;
}
