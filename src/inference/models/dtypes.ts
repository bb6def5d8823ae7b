import { ModelError } from '../model-error.ts';

/** What runs a model. */
export const DEVICES = ['cpu', 'webgpu', 'cuda'] as const;
export type Device = (typeof DEVICES)[number];

/** Number formats of weights, and the ending of the ONNX files that hold them (transformers.js, utils/dtypes.js). */
const SUFFIXES = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;
export type Dtype = keyof typeof SUFFIXES;
export const DTYPES = Object.keys(SUFFIXES) as Dtype[];

/** One format for all parts of a model, or one for each part that is named (`decoder_model_merged`, …). */
export type WantedDtype = Dtype | Readonly<Record<string, Dtype>>;

/** A format for each part. */
export type PartDtypes = Readonly<Record<string, Dtype>>;

/**
 * Which format is taken where none was asked for, the first that the model has. The CPU gets no 16-bit floats: it
 * computes with 32 bits, and they have crashed ONNX Runtime on Linux. WebGPU gets them late, since not every device
 * has them.
 */
const PREFERRED: Readonly<Record<Device, readonly Dtype[]>> = {
  cpu: ['q8', 'q4', 'int8', 'uint8', 'fp32', 'bnb4'],
  webgpu: ['q4', 'fp32', 'q4f16', 'fp16', 'q8', 'int8', 'uint8'],
  cuda: ['fp16', 'fp32', 'q4f16', 'q4', 'q8', 'int8', 'uint8'],
};

/** The path of a part's file in the repository. */
export function partPath(part: string, dtype: Dtype): string {
  return `onnx/${part}${SUFFIXES[dtype]}.onnx`;
}

/** True for a part's own file and for what holds the weights that are too large for it (`.onnx_data`, `.onnx_data_1`). */
export function belongsToPart(path: string, part: string, dtype: Dtype): boolean {
  const file = partPath(part, dtype);
  return path === file || (path.startsWith(`${file}_data`) && /^(_\d+)?$/.test(path.slice(file.length + 5)));
}

/**
 * The size of the ONNX files that a choice of formats loads, in bytes.
 *
 * @param files the sizes of all files of the model, by path
 */
export function onnxBytes(files: ReadonlyMap<string, number>, dtypes: PartDtypes): number {
  let total = 0;
  for (const [path, size] of files) {
    if (Object.entries(dtypes).some(([part, dtype]) => belongsToPart(path, part, dtype))) total += size;
  }
  return total;
}

/**
 * Chooses the format of each part among those that there are.
 *
 * @param parts the names of the ONNX files without endings
 * @param paths the paths of all files of the model
 * @param wanted what the person asked for
 * @throws ModelError `model-missing` where a part is in none of the formats
 */
export function chooseDtypes(
  model: string,
  parts: readonly string[],
  paths: ReadonlySet<string>,
  device: Device,
  wanted?: WantedDtype,
): PartDtypes {
  return Object.fromEntries(
    parts.map(part => {
      const asked = typeof wanted === 'string' ? wanted : wanted?.[part];
      const candidates = asked ? [asked] : PREFERRED[device];
      const dtype = candidates.find(candidate => paths.has(partPath(part, candidate)));
      if (dtype) return [part, dtype];
      const there = DTYPES.filter(candidate => paths.has(partPath(part, candidate)));
      throw new ModelError(
        'model-missing',
        `${model} has no ${partPath(part, candidates[0]!)}.`,
        there.length > 0
          ? `Its ${part} is there as ${there.join(', ')}: name one of them with --dtype, or fetch another format with "narrator models pull".`
          : 'Choose a model that was converted to ONNX for transformers.js.',
      );
    }),
  );
}

/**
 * Reads a format as it is written on a command line: `q4`, or `vision_encoder=fp16,decoder_model_merged=q4`.
 *
 * @returns undefined where it is neither
 */
export function parseDtype(text: string): WantedDtype | undefined {
  const isDtype = (value: string | undefined): value is Dtype =>
    value !== undefined && Object.hasOwn(SUFFIXES, value);
  if (isDtype(text)) return text;
  const entries = text.split(',').map(pair => pair.split('='));
  const whole = entries.every(([part, dtype, ...rest]) => part && isDtype(dtype) && rest.length === 0);
  return whole ? (Object.fromEntries(entries) as Record<string, Dtype>) : undefined;
}
