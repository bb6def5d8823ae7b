import { createRequire } from 'node:module';

// Required, not imported: TypeScript must not need it where scripts/tagger is not installed.
const wabt = createRequire(import.meta.url)('wabt') as () => Promise<{
  parseWat(
    name: string,
    text: string,
    features: { simd: boolean },
  ): { toBinary(options: object): { buffer: Uint8Array } };
}>;

const PAGE = 65536;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Kernel {
  readonly memory: Memory;
  /** Addresses of a, b and c, then rows of a, columns of a and columns of b. */
  multiply(a: number, b: number, c: number, rows: number, inner: number, columns: number): void;
}

// Node has it; TypeScript knows it only together with the browser's types, which this project leaves out.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }>;
};

/**
 * One kernel, C += A·B on row-major 32-bit floats, in WebAssembly SIMD: two rows by sixteen columns are kept in
 * eight registers. A plain loop over Float32Array does one multiply-add a nanosecond here, this about twenty (measured).
 * Rows must be a multiple of 2 and columns of 16: callers pad.
 */
function kernelText(): string {
  const accumulators = [0, 1, 2, 3, 4, 5, 6, 7];
  const locals = accumulators.map(i => `(local $s${i} v128)`).join(' ');
  const load = accumulators
    .map(i => `(local.set $s${i} (v128.load offset=${(i % 4) * 16} (local.get ${i < 4 ? '$c0' : '$c1'})))`)
    .join('\n');
  const store = accumulators
    .map(i => `(v128.store offset=${(i % 4) * 16} (local.get ${i < 4 ? '$c0' : '$c1'}) (local.get $s${i}))`)
    .join('\n');
  const step = [0, 1, 2, 3]
    .map(
      j => `(local.set $w (v128.load offset=${j * 16} (local.get $b)))
      (local.set $s${j} (f32x4.add (local.get $s${j}) (f32x4.mul (local.get $x0) (local.get $w))))
      (local.set $s${j + 4} (f32x4.add (local.get $s${j + 4}) (f32x4.mul (local.get $x1) (local.get $w))))`,
    )
    .join('\n');
  return `(module
  (memory (export "memory") 1)
  (func (export "multiply") (param $a i32) (param $bBase i32) (param $c i32) (param $rows i32) (param $inner i32) (param $columns i32)
    (local $i i32) (local $j i32) (local $k i32) (local $b i32) (local $c0 i32) (local $c1 i32)
    (local $a0 i32) (local $a1 i32) (local $rowA i32) (local $rowC i32)
    (local $x0 v128) (local $x1 v128) (local $w v128) ${locals}
    (local.set $rowA (i32.shl (local.get $inner) (i32.const 2)))
    (local.set $rowC (i32.shl (local.get $columns) (i32.const 2)))
    (block $done (loop $rowLoop
      (br_if $done (i32.ge_s (local.get $i) (local.get $rows)))
      (local.set $j (i32.const 0))
      (block $columnsDone (loop $columnLoop
        (br_if $columnsDone (i32.ge_s (local.get $j) (local.get $columns)))
        (local.set $c0 (i32.add (local.get $c) (i32.add (i32.mul (local.get $i) (local.get $rowC)) (i32.shl (local.get $j) (i32.const 2)))))
        (local.set $c1 (i32.add (local.get $c0) (local.get $rowC)))
        ${load}
        (local.set $a0 (i32.add (local.get $a) (i32.mul (local.get $i) (local.get $rowA))))
        (local.set $a1 (i32.add (local.get $a0) (local.get $rowA)))
        (local.set $b (i32.add (local.get $bBase) (i32.shl (local.get $j) (i32.const 2))))
        (local.set $k (local.get $inner))
        (loop $innerLoop
          (local.set $x0 (v128.load32_splat (local.get $a0)))
          (local.set $x1 (v128.load32_splat (local.get $a1)))
          ${step}
          (local.set $a0 (i32.add (local.get $a0) (i32.const 4)))
          (local.set $a1 (i32.add (local.get $a1) (i32.const 4)))
          (local.set $b (i32.add (local.get $b) (local.get $rowC)))
          (br_if $innerLoop (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
        ${store}
        (local.set $j (i32.add (local.get $j) (i32.const 16)))
        (br $columnLoop)))
      (local.set $i (i32.add (local.get $i) (i32.const 2)))
      (br $rowLoop))))
)`;
}

/** A matrix of 32-bit floats, row-major, inside the kernel's memory. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly address: number;
  readonly data: Float32Array;
}

/** Allocates matrices in one WebAssembly memory and multiplies them there. Nothing is freed: make them once. */
export class MatrixSpace {
  private readonly kernel: Kernel;
  private next = 1024;

  private constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** @param megabytes the memory to set aside */
  static async create(megabytes: number): Promise<MatrixSpace> {
    const assembler = await wabt();
    const { buffer } = assembler.parseWat('multiply.wat', kernelText(), { simd: true }).toBinary({});
    const { instance } = await WebAssembly.instantiate(buffer);
    const kernel = instance.exports as Kernel;
    kernel.memory.grow(Math.ceil((megabytes * 1024 * 1024) / PAGE));
    return new MatrixSpace(kernel);
  }

  /** A matrix of zeros. */
  matrix(rows: number, columns: number): Matrix {
    const address = this.next;
    this.next += Math.ceil((rows * columns * 4) / 64) * 64;
    return {
      rows,
      columns,
      address,
      data: new Float32Array(this.kernel.memory.buffer, address, rows * columns),
    };
  }

  /** c += a·b. */
  multiply(a: Matrix, b: Matrix, c: Matrix): void {
    if (a.columns !== b.rows || a.rows !== c.rows || b.columns !== c.columns || a.rows % 2 || b.columns % 16)
      throw new RangeError(`cannot multiply ${a.rows}×${a.columns} by ${b.rows}×${b.columns}`);
    this.kernel.multiply(a.address, b.address, c.address, a.rows, a.columns, b.columns);
  }
}

/** Writes the transpose of `from` into `to`. */
export function transpose(from: Matrix, to: Matrix): void {
  const { rows, columns, data } = from;
  const out = to.data;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
}
