import { z } from 'zod';
import { ModelError } from '../model-error.ts';

// The TensorFlow.js graph-model format, as tensorflowjs_converter writes it and
// @tensorflow/tfjs-converter reads it (src/operations/operation_mapper.ts; in JSON, `s` is base64 and int64 is
// a decimal string). Only what is used here is validated.

const wholeNumber = z.union([z.string(), z.number()]).transform(Number).pipe(z.int());
const shapeSchema = z.object({ dim: z.array(z.object({ size: wholeNumber })).default([]) });
const attributeSchema = z.object({
  s: z.base64().optional(),
  i: wholeNumber.optional(),
  b: z.boolean().optional(),
  type: z.string().optional(),
  shape: shapeSchema.optional(),
  list: z.object({ i: z.array(wholeNumber).optional(), s: z.array(z.base64()).optional() }).optional(),
});
const nodeSchema = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), attributeSchema).default({}),
});
const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.string(),
  quantization: z.object({ dtype: z.string() }).optional(),
});
const modelSchema = z.object({
  format: z.literal('graph-model'),
  modelTopology: z.object({ node: z.array(nodeSchema) }),
  weightsManifest: z.array(z.object({ weights: z.array(weightSchema) })),
});

type WeightEntry = z.infer<typeof weightSchema>;

/** A weight: float16 already widened to 32 bits. */
export interface TfjsConstant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** One operation of the graph, with typed access to its attributes. */
export class TfjsNode {
  readonly name: string;
  readonly op: string;
  /** Names of the operations that it reads, without the output number `:0`. */
  readonly inputs: readonly string[];
  readonly #attributes: z.infer<typeof nodeSchema>['attr'];

  constructor(node: z.infer<typeof nodeSchema>) {
    this.name = node.name;
    this.op = node.op;
    // `^name` orders control flow and carries no data.
    this.inputs = node.input.filter(input => !input.startsWith('^')).map(input => input.replace(/:0$/, ''));
    this.#attributes = node.attr;
  }

  /** The name of its output tensor in the ONNX graph; the bare name is left for the graph's inputs and outputs. */
  get output(): string {
    return `${this.name}:0`;
  }

  string(attribute: string): string | undefined {
    const value = this.#attributes[attribute]?.s;
    return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
  }

  strings(attribute: string): string[] {
    return (this.#attributes[attribute]?.list?.s ?? []).map(value => Buffer.from(value, 'base64').toString());
  }

  integers(attribute: string): number[] {
    return this.#attributes[attribute]?.list?.i ?? [];
  }

  boolean(attribute: string): boolean {
    return this.#attributes[attribute]?.b ?? false;
  }

  type(attribute: string): string | undefined {
    return this.#attributes[attribute]?.type;
  }

  shape(attribute: string): number[] {
    return (this.#attributes[attribute]?.shape?.dim ?? []).map(dim => dim.size);
  }

  /** The error for something that this node asks for and that is not built here. */
  unsupported(what: string): ModelError {
    return new ModelError(
      'model-unsupported',
      `The model's operation ${this.op} "${this.name}" cannot be converted to ONNX: ${what}.`,
      'Use the version of the model that this program was made for, or add the operation to the converter.',
    );
  }
}

export interface TfjsGraph {
  readonly nodes: ReadonlyMap<string, TfjsNode>;
  readonly constants: ReadonlyMap<string, TfjsConstant>;
}

/** The error for files that are not what they should be. */
function damaged(fault: string, cause?: unknown): ModelError {
  return new ModelError('model-damaged', fault, 'Run npm install again to fetch the files anew.', { cause });
}

function readWeight(entry: WeightEntry, bytes: Uint8Array, offset: number): TfjsConstant & { end: number } {
  const stored = entry.quantization?.dtype ?? entry.dtype;
  const count = entry.shape.reduce((product, size) => product * size, 1);
  const width = stored === 'float16' ? 2 : 4;
  const end = offset + count * width;
  if (end > bytes.length) throw damaged(`The model's weights end before "${entry.name}".`);
  // A copy, since an entry may start at any byte and typed arrays need alignment.
  const raw = new Uint8Array(bytes.subarray(offset, end)).buffer;
  const { shape } = entry;
  if (stored === 'float16') return { shape, data: Float32Array.from(new Float16Array(raw)), end };
  if (stored === 'float32') return { shape, data: new Float32Array(raw), end };
  if (stored === 'int32') return { shape, data: new Int32Array(raw), end };
  throw new ModelError(
    'model-unsupported',
    `The model's weight "${entry.name}" is stored as ${stored}.`,
    'Only float32, float16 and int32 weights can be read.',
  );
}

/**
 * Reads a TensorFlow.js graph model.
 *
 * @param json the text of `model.json`
 * @param weights the bytes of its weight files, one after the other (little-endian)
 * @throws ModelError `model-damaged` where the two do not fit together, `model-unsupported` for other weight types
 */
export function readTfjsGraph(json: string, weights: Uint8Array): TfjsGraph {
  let parsed: z.infer<typeof modelSchema>;
  try {
    parsed = modelSchema.parse(JSON.parse(json));
  } catch (error) {
    throw damaged('The model file is not a TensorFlow.js graph model.', error);
  }
  const constants = new Map<string, TfjsConstant>();
  let offset = 0;
  for (const entry of parsed.weightsManifest.flatMap(group => group.weights)) {
    const { end, ...constant } = readWeight(entry, weights, offset);
    constants.set(entry.name, constant);
    offset = end;
  }
  if (offset !== weights.length) {
    throw damaged(`The model's weights should be ${offset} bytes and are ${weights.length}.`);
  }
  const nodes = new Map(parsed.modelTopology.node.map(node => [node.name, new TfjsNode(node)]));
  return { nodes, constants };
}
