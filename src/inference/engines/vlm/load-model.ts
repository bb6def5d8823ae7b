import { availableParallelism } from 'node:os';
import type * as Transformers from '@huggingface/transformers';
import { loadTransformers } from '../../load-transformers.ts';
import { readFreeMemory, refuseWithoutMemory } from '../../memory.ts';
import { ModelError } from '../../model-error.ts';
import { chooseDevices, type WantedDevice } from '../../models/choose-device.ts';
import {
  chooseDtypes,
  type Device,
  onnxBytes,
  type PartDtypes,
  type WantedDtype,
} from '../../models/dtypes.ts';
import { mendAdvice } from '../../models/hub-client.ts';
import { estimateMemory } from '../../models/memory-need.ts';
import { type ModelConfig, modelParts, readModelConfig } from '../../models/model-config.ts';
import { listFolder } from '../../models/model-folder.ts';
import { readChatTemplate, writeWords } from './ask.ts';
import { type Family, familyOf } from './families.ts';

/** More threads than this do not make a description noticeably faster and take the cores from the rest. */
const MAX_DEFAULT_THREADS = 8;

export interface LoadOptions {
  /** Where the model's files lie, in the Hub's layout. */
  readonly folder: string;
  /** How messages name the model. */
  readonly name: string;
  readonly device: WantedDevice;
  readonly dtype?: WantedDtype;
  readonly threads?: number;
  readonly onWarning?: (warning: string) => void;
}

export interface LoadedModel {
  readonly transformers: typeof Transformers;
  readonly family: Family;
  readonly config: ModelConfig;
  readonly model: Transformers.PreTrainedModel;
  readonly processor: Transformers.Processor;
  readonly tokenizer: Transformers.PreTrainedTokenizer;
  /** Where neither the processor nor the tokenizer has one of its own. */
  readonly chatTemplate: string | undefined;
  readonly device: Device;
  readonly dtypes: PartDtypes;
}

/**
 * Loads a model from a folder; nothing is downloaded. Release it with `model.dispose()`.
 *
 * @throws ModelError; the signal's reason when aborted
 */
export async function loadModel(options: LoadOptions, signal?: AbortSignal): Promise<LoadedModel> {
  const { folder, name, dtype, onWarning } = options;
  const config = await readModelConfig(folder, name);
  const family = familyOf(config.model_type, name);
  const files = await listFolder(folder);
  requireFiles(family, files, name);
  const transformers = await loadTransformers();
  const parts = await modelParts(transformers, config);
  const speaking = await loadProcessor(transformers, family, options);
  // Refused before gigabytes are loaded for it.
  writeWords({ family, ...speaking }, name, 'vivid', { user: 'Describe.' });
  const devices = await chooseDevices(options.device, signal);
  for (const [index, device] of devices.entries()) {
    signal?.throwIfAborted();
    const dtypes = chooseDtypes(name, parts, new Set(files.keys()), device, dtype);
    await requireMemory(files, dtypes, device, name);
    try {
      const model = await transformers[family.model].from_pretrained(folder, {
        device,
        dtype: dtypes,
        local_files_only: true,
        session_options: sessionOptions(device, options.threads),
      });
      return { transformers, family, config, model, ...speaking, device, dtypes };
    } catch (cause) {
      const next = devices[index + 1];
      if (!next) {
        // Its errors have no codes: what else took the memory meanwhile is found out by looking.
        await requireMemory(files, dtypes, device, name);
        throw refused(name, dtypes, cause);
      }
      onWarning?.(`${name} could not be loaded on the device "${device}" and runs on "${next}".`);
    }
  }
  throw new RangeError('no device to load on');
}

function requireFiles(family: Family, files: ReadonlyMap<string, number>, name: string): void {
  const needed = ['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'];
  // Gemma 4 keeps what concerns pictures in processor_config.json.
  const absent = needed.find(
    file =>
      !files.has(file) && !(file === 'preprocessor_config.json' && family.processor === 'Gemma4Processor'),
  );
  if (!absent) return;
  throw new ModelError('model-missing', `${name} has no ${absent}.`, mendAdvice(name));
}

async function loadProcessor(
  transformers: typeof Transformers,
  family: Family,
  { folder, name }: LoadOptions,
): Promise<Pick<LoadedModel, 'processor' | 'tokenizer' | 'chatTemplate'>> {
  try {
    const processor = await transformers[family.processor].from_pretrained(folder, {
      local_files_only: true,
    });
    const tokenizer =
      processor.tokenizer ??
      (await transformers.AutoTokenizer.from_pretrained(folder, { local_files_only: true }));
    const hasTemplate = Boolean(processor.chat_template ?? tokenizer.chat_template);
    return { processor, tokenizer, chatTemplate: hasTemplate ? undefined : await readChatTemplate(folder) };
  } catch (cause) {
    throw new ModelError(
      'model-damaged',
      `The tokenizer or the picture settings of ${name} cannot be read.`,
      mendAdvice(name),
      { cause },
    );
  }
}

function sessionOptions(device: Device, threads?: number): object {
  return {
    ...(device === 'cpu'
      ? { intraOpNumThreads: threads ?? Math.min(availableParallelism(), MAX_DEFAULT_THREADS) }
      : {}),
    // Waiting threads sleep: spinning would take the cores from the rest of the service.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** @throws ModelError `model-too-large`; what is free on a card is known of NVIDIA's only */
async function requireMemory(
  files: ReadonlyMap<string, number>,
  dtypes: PartDtypes,
  device: Device,
  name: string,
): Promise<void> {
  if (device === 'webgpu') return;
  const bytes = estimateMemory(onnxBytes(files, dtypes));
  refuseWithoutMemory(name, { bytes, device }, await readFreeMemory(device));
}

function refused(name: string, dtypes: PartDtypes, cause: unknown): ModelError {
  return new ModelError(
    'model-damaged',
    `ONNX Runtime does not accept ${name} (${[...new Set(Object.values(dtypes))].join(', ')}).`,
    `${mendAdvice(name)} Where the files are whole, try another format with --dtype.`,
    { cause },
  );
}
