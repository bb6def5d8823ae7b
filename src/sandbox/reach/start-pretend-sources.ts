import type { ReachAccess } from '../../reach/collect-reach.ts';
import type { SourceName } from '../../reach/reading.ts';
import type { ExchangeRecorder } from '../exchange.ts';
import type { Problem } from '../pretend-platform.ts';
import { ProblemLog } from '../problem-log.ts';
import { startPretendGitHub } from './pretend-github.ts';
import { startPretendHuggingFace } from './pretend-huggingface.ts';
import { startPretendReddit } from './pretend-reddit.ts';
import { startPretendX, type XNames } from './pretend-x.ts';
import type { PretendSubjects, SourceServer } from './serve-source.ts';
import { SourceFaults } from './source-faults.ts';

export interface PretendSourcesOptions {
  readonly subjects: Readonly<Record<SourceName, PretendSubjects>>;
  readonly now: () => number;
  /** Learns of the exchanges with X. */
  readonly xRecorder?: ExchangeRecorder;
  /** `guide` unless told. */
  readonly xNames?: XNames;
}

export interface PretendSources {
  /** For the collectors. */
  readonly access: ReachAccess;
  /** What is to go wrong. */
  readonly faults: SourceFaults;
  /** Requests that the real sources would not have understood. */
  problems(): readonly Problem[];
  close(): Promise<void>;
}

const TOKENS = { huggingface: 'hf_pretend', github: 'ghp_pretend', x: 'pretend-x-token' } as const;
const REDDIT_APP = { clientId: 'pretend-app', clientSecret: 'pretend-secret' };

/** Starts a Hugging Face, a GitHub, an X and a Reddit on loopback, which live by a clock that can be moved. */
export async function startPretendSources(options: PretendSourcesOptions): Promise<PretendSources> {
  const { subjects, now, xRecorder, xNames = 'guide' } = options;
  const faults = new SourceFaults();
  const problems = new ProblemLog(now);
  const servers: SourceServer[] = [];
  const closeAll = async () => {
    await Promise.all(servers.splice(0).map(server => server.close()));
  };
  const start = async (starting: Promise<SourceServer>): Promise<string> => {
    const server = await starting;
    servers.push(server);
    return server.url;
  };
  const shared = { now, faults, problems };
  try {
    const huggingface = await start(
      startPretendHuggingFace({ ...shared, subjects: subjects.huggingface }, TOKENS.huggingface),
    );
    const github = await start(startPretendGitHub({ ...shared, subjects: subjects.github }, TOKENS.github));
    const x = await start(
      startPretendX(
        { ...shared, subjects: subjects.x, ...(xRecorder ? { recorder: xRecorder } : {}) },
        TOKENS.x,
        xNames,
      ),
    );
    const reddit = await start(startPretendReddit({ ...shared, subjects: subjects.reddit }, REDDIT_APP));
    return {
      access: {
        huggingface: { baseUrl: huggingface, token: TOKENS.huggingface },
        github: { baseUrl: github, token: TOKENS.github },
        x: { baseUrl: x, token: TOKENS.x },
        reddit: { baseUrl: reddit, token: REDDIT_APP },
      },
      faults,
      problems: () => problems.all(),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
