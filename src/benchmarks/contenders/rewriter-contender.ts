import type { EndpointClient } from '../../inference/engines/endpoint/endpoint-client.ts';
import type { Style } from '../../inference/engines/engine.ts';
import { findQuotes } from '../../inference/find-quotes.ts';
import { BenchmarkError } from '../benchmark-error.ts';
import type { Contender } from '../contender.ts';
import type { BenchmarkItem } from '../dataset.ts';
import { parametersIn } from './parse-contender.ts';
import { MOST_AT_ONCE } from './process-limits.ts';
import type { CaptionFile } from './recorded-contender.ts';
import { REWRITE_PROMPT_VERSION, rewritePromptFor } from './rewrite-prompt.ts';
import { createGrounder, type SceneSource } from './scene-source.ts';

export interface RewriterOptions {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  /** Where it is asked. */
  readonly host: string;
  readonly createClient: () => EndpointClient;
  readonly style: Style;
  readonly maxTokens: number;
  /** What all rewriters are given. */
  readonly input: CaptionFile & { readonly file: string };
  readonly scenes: SceneSource;
  readonly onWarning: (warning: string) => void;
}

/** A model that sees no image: it is given a caption of each and writes it anew. */
export function createRewriterContender(options: RewriterOptions): Contender {
  const { name, vendor, model, style, maxTokens, input, scenes } = options;
  const ground = createGrounder(name, scenes, options.onWarning);
  let client: EndpointClient | undefined;

  async function rewrite(item: BenchmarkItem, signal: AbortSignal) {
    const caption = input.captions.get(item.id);
    if (!caption?.trim()) {
      throw new BenchmarkError(
        'benchmark-missing',
        `${input.file} holds no caption for item ${item.id.slice(0, 80)}.`,
      );
    }
    client ??= options.createClient();
    await client.connect();
    let firstTextMs: number | null = null;
    const began = performance.now();
    const question = { prompt: rewritePromptFor(style, caption), image: null, maxTokens };
    const answer = await client.ask(question, signal, () => {
      firstTextMs ??= performance.now() - began;
    });
    return { ...answer, firstTextMs, describeMs: performance.now() - began };
  }

  return {
    name,
    kind: 'rewriter',
    concurrency: MOST_AT_ONCE,
    identity: () => ({
      engine: `rewrite:${vendor}`,
      model,
      revision: null,
      promptVersion: REWRITE_PROMPT_VERSION,
      maxTokens,
      parametersB: parametersIn(model),
      remarks: [
        `It saw no image: it rewrote the captions of ${nameOfFile(input.file)} (SHA-256 ${input.hash.slice(0, 12)}…), the same for all rewriters, with the prompt ${REWRITE_PROMPT_VERSION}.`,
        `It was asked at ${options.host}; its revision and machine are not known.`,
      ],
    }),
    async prepare(signal) {
      signal.throwIfAborted();
      client ??= options.createClient();
      await client.connect();
      return null;
    },
    async predict(item, signal) {
      const { text, usage, firstTextMs, describeMs } = await rewrite(item, signal);
      const quotes = findQuotes(text);
      const grounding = await ground(text, quotes, item.image, signal);
      return { text, describeMs, firstTextMs, usage, grounding, quotes };
    },
    trials: {
      isPaid: true,
      async ask(item, signal) {
        await rewrite(item, signal);
      },
      coldStart: null,
    },
    async close() {
      client?.close();
      client = undefined;
    },
  };
}

function nameOfFile(file: string): string {
  return file.split(/[/\\]/).at(-1)!;
}
