import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { AutoModelForImageTextToText, AutoProcessor, RawImage } from '@huggingface/transformers';
import { createVlmEngine } from '../src/inference/engines/vlm/vlm-engine.ts';
import { makeTinyModel } from '../tests/inference/engines/vlm/make-tiny-models.ts';
import { picture } from '../tests/inference/engines/vlm/plain-picture.ts';
import { COLOURS } from '../tests/inference/engines/vlm/tiny-vocabulary.ts';
import { quantileOf } from './quantile-of.ts';

const WARM_UP = 10;
const PROMPT = 'Describe this image in one paragraph.';
const MAX_TOKENS = 100;

interface Timing {
  readonly contender: string;
  readonly medianMs: number;
  /** The median of the differences to the first contender within the rounds. */
  readonly differenceMs: number;
}

/** The same model called as the documentation of transformers.js has it: no checks, no limits, no cleaning. */
async function loadDirectly(folder: string) {
  const processor = await AutoProcessor.from_pretrained(folder);
  const model = await AutoModelForImageTextToText.from_pretrained(folder, {
    dtype: 'fp32',
    device: 'cpu',
    session_options: {
      intraOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    },
  });
  const describe = async (image: RawImage): Promise<string> => {
    const content = [{ type: 'image' }, { type: 'text', text: PROMPT }];
    const text = processor.apply_chat_template([{ role: 'user', content }] as never, {
      add_generation_prompt: true,
    });
    const inputs = await processor(text, [image]);
    const output = await model.generate({ ...inputs, max_new_tokens: MAX_TOKENS, do_sample: false });
    const answer = (output as Tensor2d).slice(null, [inputs.input_ids.dims.at(-1), null]);
    return processor.batch_decode(answer as never, { skip_special_tokens: true })[0]!;
  };
  return { describe, dispose: () => model.dispose() };
}

interface Tensor2d {
  slice(...ranges: unknown[]): unknown;
}

/**
 * Measures one description by our engine, with and without streaming, and by the same model called directly, by turns,
 * so that whatever else the machine does meets all alike.
 */
export async function benchmarkOverhead(runs = 100): Promise<Timing[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'narrator-bench-'));
  try {
    const model = await makeTinyModel(path.join(folder, 'tiny'), 'smolvlm', { endless: true, delay: 40 });
    const engine = createVlmEngine({
      ...{ model, cacheFolder: folder, offline: true, device: 'cpu', threads: 1, maxTokens: MAX_TOKENS },
      promptFor: () => ({ user: PROMPT }),
    });
    await engine.load();
    const direct = await loadDirectly(model);
    const images = COLOURS.map(colour => picture(colour, 640, 480));
    const raws = images.map(({ pixels, width, height }) => new RawImage(pixels, width, height, 3));
    const contenders = [
      { contender: 'transformers.js directly', run: (which: number) => direct.describe(raws[which]!) },
      {
        contender: "narrator's vlm engine",
        run: (which: number) => engine.describe(images[which]!, { style: 'vivid' }),
      },
      {
        contender: "narrator's vlm engine, streaming",
        run: (which: number) => engine.describe(images[which]!, { style: 'vivid', onText: () => {} }),
      },
    ].map(contender => ({ ...contender, milliseconds: [] as number[] }));
    for (let round = 0; round < WARM_UP + runs; round++) {
      // Who comes later finds the caches warm: they take turns at that, too.
      for (let turn = 0; turn < contenders.length; turn++) {
        const { run, milliseconds } = contenders[(round + turn) % contenders.length]!;
        const start = performance.now();
        await run(round % images.length);
        if (round >= WARM_UP) milliseconds.push(performance.now() - start);
      }
    }
    await engine.close();
    await direct.dispose();
    const first = contenders[0]!.milliseconds;
    return contenders.map(({ contender, milliseconds }) => ({
      contender,
      medianMs: quantileOf(milliseconds, 0.5),
      differenceMs: quantileOf(
        milliseconds.map((time, round) => time - first[round]!),
        0.5,
      ),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const runs = 100;
  const timings = await benchmarkOverhead(runs);
  const allowed = 5 + timings[0]!.medianMs * 0.05;
  console.log(
    `One description of ${MAX_TOKENS} tokens by a made model, ${runs} runs each by turns, on ${cpus()[0]?.model}`,
  );
  for (const { contender, medianMs, differenceMs } of timings) {
    console.log(
      `${contender.padEnd(34)} median ${medianMs.toFixed(2)} ms, ${differenceMs.toFixed(2)} ms more than directly (allowed ${allowed.toFixed(2)} ms)`,
    );
    if (differenceMs > allowed) process.exitCode = 1;
  }
}
