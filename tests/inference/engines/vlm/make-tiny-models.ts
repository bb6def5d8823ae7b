import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MAKERS, type Make } from './tiny-layouts.ts';
import { tokenizerFiles, transitions } from './tiny-vocabulary.ts';

export type TinyFamily = keyof typeof MAKERS;
export const TINY_FAMILIES = Object.keys(MAKERS) as TinyFamily[];

const DATA_FILE = 'decoder_model_merged.onnx_data';

interface TinyOptions {
  /** True for an answer that starts again where it ends. */
  readonly endless?: boolean;
  /** See `decode`. */
  readonly delay?: number;
  /** See `embedTokens`. */
  readonly ballastBytes?: number;
  /** True for a chat model whose decoder has its weights in a file of their own, as large models have. */
  readonly externalData?: boolean;
  /** The endings of the ONNX files' names: `''` (32-bit floats) unless told. */
  readonly suffixes?: readonly string[];
}

/** The files of a tiny model, by their paths in the repository. */
export function tinyModelFiles(
  family: TinyFamily,
  { endless = false, delay = 0, ballastBytes = 0, externalData = false, suffixes = [''] }: TinyOptions = {},
): Map<string, Uint8Array> {
  const make: Make = MAKERS[family];
  const { config, preprocessor, processor, chatTemplate, graphs } = make({
    endless,
    delay,
    ballastBytes,
    ...(externalData ? { tableFile: DATA_FILE } : {}),
  });
  const tokenizer = tokenizerFiles(chatTemplate?.file === false ? chatTemplate.text : undefined);
  const files = new Map<string, Uint8Array>();
  const json = (name: string, value: object) => files.set(name, Buffer.from(JSON.stringify(value, null, 2)));
  json('config.json', config);
  // As many published models have it; the engine is to choose the likeliest word all the same.
  json('generation_config.json', { do_sample: true, temperature: 0.7 });
  if (preprocessor) json('preprocessor_config.json', preprocessor);
  json('tokenizer.json', tokenizer.tokenizer);
  json('tokenizer_config.json', tokenizer.config);
  if (processor) json('processor_config.json', processor);
  if (chatTemplate?.file) files.set('chat_template.jinja', Buffer.from(chatTemplate.text));
  if (externalData) files.set(`onnx/${DATA_FILE}`, new Uint8Array(transitions(endless).buffer));
  for (const [name, graph] of Object.entries(graphs)) {
    for (const suffix of suffixes) files.set(`onnx/${name}${suffix}.onnx`, graph);
  }
  return files;
}

/** Writes a tiny model into a folder as the Hub lays it out. */
export async function makeTinyModel(
  folder: string,
  family: TinyFamily,
  options?: TinyOptions,
): Promise<string> {
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  for (const [name, bytes] of tinyModelFiles(family, options)) {
    await writeFile(path.join(folder, name), bytes);
  }
  return folder;
}
