import protobuf from 'protobufjs/light.js';

/** Element types of tensors, by their number in `TensorProto.DataType` (onnx.proto). */
const DATA_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;
type OnnxDataType = keyof typeof DATA_TYPES;

type OnnxTensorData = Float32Array | Uint8Array | Int32Array | BigInt64Array;

/** An attribute says its own kind: a whole number can be meant as `int` or as `float`. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] };

/** `AttributeProto.AttributeType` (onnx.proto). */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** `TensorProto.DataLocation` (onnx.proto). */
const EXTERNAL = 1;

/** IR 8 and opset 17 (December 2021): old enough for every ONNX Runtime that can be installed with this. */
const IR_VERSION = 8;
const OPSET_VERSION = 17;

// The part of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (proto2 syntax, hence packed: false)
// that a model without subgraphs and functions needs.
const unpacked = { packed: false };
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id, options: unpacked });
const SCHEMA = {
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: repeated('OperatorSetIdProto', 8),
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: { type: 'string', id: 2 },
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: repeated('AttributeProto', 5),
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        ints: repeated('int64', 8),
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: repeated('int64', 1),
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: repeated('StringStringEntryProto', 13),
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: {
      fields: { tensorType: { type: 'Tensor', id: 1 } },
      nested: {
        Tensor: {
          fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } },
        },
      },
    },
    TensorShapeProto: {
      fields: { dim: repeated('Dimension', 1) },
      nested: {
        Dimension: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
      },
    },
  },
};

function dataTypeOf(data: OnnxTensorData): OnnxDataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  return 'uint8';
}

function encodeAttribute(name: string, attribute: OnnxAttribute) {
  if ('int' in attribute) return { name, i: attribute.int, type: ATTRIBUTE_TYPES.int };
  if ('float' in attribute) return { name, f: attribute.float, type: ATTRIBUTE_TYPES.float };
  if ('string' in attribute) return { name, s: Buffer.from(attribute.string), type: ATTRIBUTE_TYPES.string };
  return { name, ints: attribute.ints, type: ATTRIBUTE_TYPES.ints };
}

/** A name stands for a size that is known when the model runs; the same name, for the same size. */
export type OnnxShape = readonly (number | string)[];

function valueInfo(name: string, type: OnnxDataType, shape: OnnxShape) {
  const dim = shape.map(size => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}

/**
 * Writes one ONNX model, opset 17, part by part. Nodes must be added in the order in which they can run.
 * What the operators mean: https://onnx.ai/onnx/operators/
 */
export class OnnxGraphBuilder {
  readonly #name: string;
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: OnnxDataType, shape: OnnxShape): void {
    this.#inputs.push(valueInfo(name, type, shape));
  }

  output(name: string, type: OnnxDataType, shape: OnnxShape): void {
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** Adds a constant. The data is kept, not copied: leave it as it is until `encode`. */
  initializer(name: string, data: OnnxTensorData, dims: readonly number[]): void {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims, dataType: DATA_TYPES[dataTypeOf(data)], rawData });
  }

  /**
   * Adds a constant of 32-bit floats that lies in another file.
   *
   * @param location the file's name, in the folder of the model
   */
  externalInitializer(name: string, dims: readonly number[], location: string): void {
    const externalData = [{ key: 'location', value: location }];
    this.#initializers.push({
      name,
      dims,
      dataType: DATA_TYPES.float32,
      externalData,
      dataLocation: EXTERNAL,
    });
  }

  node(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): void {
    const attribute = Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value));
    this.#nodes.push({ opType, name: outputs[0], input: inputs, output: outputs, attribute });
  }

  /** The model as the bytes of an `.onnx` file: the same parts in the same order give the same bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    const type = protobuf.Root.fromJSON(SCHEMA).lookupType('ModelProto');
    const message = {
      irVersion: IR_VERSION,
      producerName: 'visual-narrator',
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
      graph: {
        name: this.#name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    };
    // A copy of exact size: the writer hands out a slice of a shared pool.
    return new Uint8Array(type.encode(message).finish());
  }
}
