import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/env.ts';
import { readSample } from '../../src/sandbox/playground/samples.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createService, type Service } from '../../src/service.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { describedRow } from '../store/rows.ts';

const DAY_MS = 86_400_000;

export interface OpenWeb {
  /** Without a slash at its end. */
  readonly url: string;
  readonly service: Service;
  /** The same database as the service's. */
  readonly store: Store;
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** The whole service on pretend platforms, with some days of figures in its store. */
export async function openWeb(change: (config: Config) => Partial<Config> = () => ({})): Promise<OpenWeb> {
  const lines: string[] = [];
  const note = (fields: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log = { debug: () => {}, info: () => {}, warn: note, error: note };
  const sandbox = await startSandbox();
  const connected = sandbox.connect(readConfig({}));
  const config = { ...connected, ...change(connected) };
  const store = await openStore(config.store);
  await fill(store, Date.now());
  const service = createService(config, { log, env: process.env });
  await service.start(new AbortController().signal);
  return {
    url: service.webUrl()!.replace(/\/$/, ''),
    service,
    store,
    lines,
    async close() {
      await service.stop(1000);
      await store.close();
      await sandbox.close();
    },
  };
}

export async function readPhoto(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await readSample('march-pastoral'))!);
}

/** Figures of 20 days with gaps, of two models; a star count with a moment of which nothing is known. */
async function fill(store: Store, now: number): Promise<void> {
  const days = Array.from({ length: 20 }, (_, index) => index).filter(index => index % 7 !== 3);
  await store.descriptions.put(
    days.map(index =>
      describedRow({
        id: `row-${index}`,
        describedAt: now - index * DAY_MS - 1000,
        expiresAt: now + 30 * DAY_MS,
        model: index % 2 ? 'centernet' : 'smolvlm-256m <script>',
        supportedPer100Words: 8 + (index % 5),
        words: 30 + index,
      }),
    ),
  );
  const key = { source: 'github', subject: 'team/model', metric: 'stars' };
  const slot = (index: number) => Math.floor(now / DAY_MS) * DAY_MS - index * DAY_MS;
  await store.samples.add([
    { ...key, value: 12, outcome: 'value', reason: null, takenAt: slot(3), slot: slot(3), rawId: null },
    {
      ...key,
      value: null,
      outcome: 'missing',
      reason: 'no answer',
      takenAt: slot(2),
      slot: slot(2),
      rawId: null,
    },
    { ...key, value: 11, outcome: 'value', reason: null, takenAt: slot(1), slot: slot(1), rawId: null },
  ]);
}
