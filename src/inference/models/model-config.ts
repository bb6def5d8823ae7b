import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type * as Transformers from '@huggingface/transformers';
import { z } from 'zod';
import { ModelError } from '../model-error.ts';
import { mendAdvice } from './hub-client.ts';

const TextLimits = {
  max_position_embeddings: z.number().int().positive().optional(),
  n_positions: z.number().int().positive().optional(),
};

const Config = z.looseObject({
  model_type: z.string(),
  ...TextLimits,
  text_config: z.looseObject(TextLimits).optional(),
  decoder: z.looseObject(TextLimits).optional(),
});
/** A model's config.json; only the fields that are used here are checked. */
export type ModelConfig = z.infer<typeof Config>;

/** @throws ModelError `model-damaged` where it is no model's config.json */
export function parseModelConfig(json: string, name: string): ModelConfig {
  try {
    return Config.parse(JSON.parse(json));
  } catch (cause) {
    throw new ModelError(
      'model-damaged',
      `config.json of ${name} is not a model's configuration.`,
      mendAdvice(name),
      { cause },
    );
  }
}

/**
 * @param name how messages name the model
 * @throws ModelError `model-missing`, `model-damaged`
 */
export async function readModelConfig(folder: string, name: string): Promise<ModelConfig> {
  let json: string;
  try {
    json = await readFile(path.join(folder, 'config.json'), 'utf8');
  } catch (cause) {
    throw new ModelError('model-missing', `${name} has no config.json.`, mendAdvice(name), { cause });
  }
  return parseModelConfig(json, name);
}

/** The most tokens that the model can keep in mind, where its configuration says so. */
export function contextLength({ text_config, decoder, ...top }: ModelConfig): number | undefined {
  for (const limits of [text_config, decoder, top]) {
    const length = limits?.max_position_embeddings ?? limits?.n_positions;
    if (length !== undefined) return length;
  }
  return undefined;
}

/** The names of the ONNX files that a model consists of, without folder and ending, as transformers.js asks for them. */
export async function modelParts(
  { ModelRegistry, PretrainedConfig }: typeof Transformers,
  config: ModelConfig,
): Promise<string[]> {
  // With the configuration given, no file is read and nothing is downloaded.
  const paths = await ModelRegistry.get_model_files('', {
    config: new PretrainedConfig(config),
    dtype: 'fp32',
    device: 'cpu',
  });
  return paths.flatMap(file => /^onnx\/(?<part>.+)\.onnx$/.exec(file)?.groups?.part ?? []);
}
