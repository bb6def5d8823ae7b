import { readConfig } from '../../../src/config/env.ts';
import { createPlayground } from '../../../src/sandbox/playground/create-playground.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { createService } from '../../../src/service.ts';

export interface OpenPlayground {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** What was logged as a warning or worse, and not asked for by a test. */
  readonly complaints: readonly string[];
  /** Ends the playground, does something, and starts it again at the same address: what a page sees as a break. */
  interrupt(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** The whole of `npm start` without tokens, in this process. */
export async function openPlayground(): Promise<OpenPlayground> {
  const complaints: string[] = [];
  const complain = (fields: object, message: string) =>
    complaints.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: () => {}, info: () => {}, warn: complain, error: complain };
  const sandbox = await startSandbox();
  const open = (port: number) =>
    createPlayground({ platforms: sandbox.platforms, host: '127.0.0.1', port, log });
  let playground = await open(0);
  const service = createService(sandbox.connect(readConfig({})), { log, env: process.env, warmsUp: true });
  await service.start(new AbortController().signal);
  return {
    url: playground.url,
    sandbox,
    complaints,
    async interrupt(meanwhile) {
      await playground.close();
      await meanwhile();
      playground = await open(Number(new URL(playground.url).port));
    },
    async close() {
      await service.stop(2000);
      await playground.close();
      await sandbox.close();
    },
  };
}
