import { type Matrix, MatrixSpace, transpose } from './matrix.ts';
import type { RandomSource } from './random.ts';
import { addRows, gather, softmax, spread } from './rows.ts';

/** What the network sees of one word: features whose vectors are summed, and its word embedding. */
export interface WordInput {
  /** Features read off the spelling and the lexicon, as rows of the feature table. */
  readonly features: Int32Array;
  /** The row that stands for this very word, -1 for a word too rare to have one. */
  readonly own: number;
  readonly embedding: Float32Array | null;
}

/**
 * A sentence to learn from: for each word its input and, for each task, the right class (-1 where not known).
 */
export interface Example {
  readonly words: readonly WordInput[];
  readonly targets: readonly Int16Array[];
}

export interface Shape {
  readonly features: number;
  readonly embedding: number;
  /** Dimensions of a word's vector. */
  readonly vector: number;
  /** Words to each side of the tagged word. */
  readonly window: number;
  readonly hidden: number;
  /**
   * Classes of each task. The first is the one wanted; the others share the hidden layer and only teach it
   * (multi-task learning: Caruana, 1997; for tagging, Søgaard and Goldberg, 2016).
   */
  readonly tasks: readonly number[];
}

export interface Training {
  readonly epochs: number;
  /** Adam's rate for the dense weights, Adagrad's for the feature table. */
  readonly rate: number;
  readonly featureRate: number;
  readonly dropHidden: number;
  readonly dropVector: number;
  /** The share of words that hide their own row, so that spelling and context are learned too. */
  readonly dropWord: number;
  /** What the loss of each task counts. */
  readonly taskWeights: readonly number[];
  /** What the loss of the direct part alone counts. */
  readonly directWeight: number;
}

interface Parameter {
  readonly value: Matrix;
  readonly gradient: Matrix;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly mean: Float32Array;
}

/** Rows of a batch: words and the padding between sentences. */
const ROWS = 768;
const DROP_EMBEDDING = 0.03;

/**
 * Two classifiers over the same word vectors (a linear map of the embedding plus summed feature vectors) of the
 * words around a position: a direct, linear one, and a deep one through a hidden layer of rectifiers (after
 * Collobert et al., 2011, and Botha et al., 2017, "Natural language processing with small feed-forward networks").
 * They are trained together, with dropout and the average of the later weights (Polyak and Juditsky, 1992); tagging
 * asks the deep one only where the direct one is in doubt.
 */
export class Network {
  readonly shape: Shape;
  readonly table: Float32Array;
  private readonly tableMean: Float32Array;
  private readonly tableSquares: Float32Array;
  private readonly space: MatrixSpace;
  private readonly random: RandomSource;
  /** Columns of the output: the classes of all tasks, padded for the kernel. */
  private readonly outputs: number;
  private readonly parameters: Parameter[] = [];
  private readonly project: Parameter;
  private readonly windowWeight: Parameter;
  private readonly windowBias: Parameter;
  private readonly outWeight: Parameter;
  private readonly directWeight: Parameter;
  private readonly directBias: Parameter;
  private readonly outBias: Parameter;
  private readonly embeddings: Matrix;
  private readonly vectors: Matrix;
  private readonly windows: Matrix;
  private readonly hidden: Matrix;
  private readonly logits: Matrix;
  private readonly directLogits: Matrix;
  private readonly scratch = new Map<string, Matrix>();
  private readonly vectorMask: Float32Array;
  private readonly hiddenMask: Float32Array;
  private readonly ownUsed = new Uint8Array(ROWS);
  private steps = 0;
  private averaged = 0;

  private constructor(shape: Shape, space: MatrixSpace, random: RandomSource) {
    this.shape = shape;
    this.space = space;
    this.random = random;
    this.outputs = Math.ceil(shape.tasks.reduce((sum, classes) => sum + classes, 0) / 16) * 16;
    const { vector, hidden, window } = shape;
    const { outputs } = this;
    const width = (2 * window + 1) * vector;
    this.table = Float32Array.from({ length: shape.features * vector }, () => random.normal() * 0.05);
    this.tableMean = new Float32Array(this.table.length);
    this.tableSquares = new Float32Array(shape.features).fill(1e-3);
    this.project = this.parameter(shape.embedding, vector, 0.08);
    this.windowWeight = this.parameter(width, hidden, 1.2 * Math.sqrt(2 / width));
    this.windowBias = this.parameter(1, hidden, 0);
    this.outWeight = this.parameter(hidden, outputs, Math.sqrt(1 / hidden));
    this.outBias = this.parameter(1, outputs, 0);
    const directOutputs = Math.ceil(shape.tasks[0]! / 16) * 16;
    this.directWeight = this.parameter(width, directOutputs, 0.02);
    this.directBias = this.parameter(1, directOutputs, 0);
    this.directLogits = space.matrix(ROWS, directOutputs);
    this.embeddings = space.matrix(ROWS, shape.embedding);
    this.vectors = space.matrix(ROWS, vector);
    this.windows = space.matrix(ROWS, width);
    this.hidden = space.matrix(ROWS, hidden);
    this.logits = space.matrix(ROWS, outputs);
    this.vectorMask = new Float32Array(ROWS * vector);
    this.hiddenMask = new Float32Array(ROWS * hidden);
  }

  static async create(shape: Shape, random: RandomSource): Promise<Network> {
    return new Network(shape, await MatrixSpace.create(160), random);
  }

  /** The weights that tagging needs: all row-major. */
  weights() {
    return {
      project: this.project.value,
      window: this.windowWeight.value,
      windowBias: this.windowBias.value,
      out: this.outWeight.value,
      outBias: this.outBias.value,
      direct: this.directWeight.value,
      directBias: this.directBias.value,
    };
  }

  /** Learns from the examples, then keeps the average of the second half's weights. */
  train(
    examples: readonly Example[],
    training: Training,
    report: (epoch: number, loss: number) => void,
  ): void {
    const order = examples.map((_, i) => i);
    for (let epoch = 0; epoch < training.epochs; epoch++) {
      this.random.shuffle(order);
      const scale = Math.max(0.05, 1 - epoch / training.epochs);
      let loss = 0;
      let words = 0;
      for (let at = 0; at < order.length; ) {
        const batch = this.pack(examples, order, at);
        at = batch.next;
        loss += this.step(batch.words, batch.targets, training, scale);
        words += batch.count;
        if (epoch >= training.epochs / 2 && this.steps % 8 === 0) this.average();
      }
      report(epoch, loss / words);
    }
    this.useAverage();
  }

  private parameter(rows: number, columns: number, deviation: number): Parameter {
    const size = rows * columns;
    const parameter = {
      value: this.space.matrix(rows, columns),
      gradient: this.space.matrix(rows, columns),
      first: new Float32Array(size),
      second: new Float32Array(size),
      mean: new Float32Array(size),
    };
    if (deviation > 0)
      for (let i = 0; i < size; i++) parameter.value.data[i] = this.random.normal() * deviation;
    this.parameters.push(parameter);
    return parameter;
  }

  private temporary(name: string, rows: number, columns: number): Matrix {
    const key = `${name} ${rows} ${columns}`;
    let matrix = this.scratch.get(key);
    if (!matrix) {
      matrix = this.space.matrix(rows, columns);
      this.scratch.set(key, matrix);
    }
    return matrix;
  }

  /** Lays sentences one after another, with `window` rows of padding around each. */
  private pack(examples: readonly Example[], order: readonly number[], from: number) {
    const { window } = this.shape;
    const words: (WordInput | null)[] = [];
    const targets: (Int16Array | null)[] = [];
    const pad = () => {
      for (let k = 0; k < window; k++) {
        words.push(null);
        targets.push(null);
      }
    };
    pad();
    let next = from;
    let count = 0;
    while (next < order.length) {
      const example = examples[order[next]!]!;
      const { length } = example.words;
      if (length > ROWS - 2 * window)
        throw new RangeError(`a sentence of ${length} words is too long to learn from`);
      if (words.length + length + window > ROWS) break;
      for (let i = 0; i < length; i++) {
        words.push(example.words[i]!);
        targets.push(example.targets[i] ?? null);
      }
      count += length;
      pad();
      next++;
    }
    return { words, targets, next, count };
  }

  private forward(words: readonly (WordInput | null)[], training: Training): void {
    const { vector, hidden, window, embedding } = this.shape;
    const vectors = this.vectors.data;
    vectors.fill(0);
    this.embeddings.data.fill(0);
    for (let row = 0; row < ROWS; row++) {
      const word = words[row];
      if (!word) {
        vectors.set(this.table.subarray(0, vector), row * vector);
        continue;
      }
      const luck = this.random.next();
      this.ownUsed[row] = word.own >= 0 && luck >= training.dropWord ? 1 : 0;
      // Now and then the embedding goes too, as for a word that nobody has seen.
      if (word.embedding && luck >= DROP_EMBEDDING) this.embeddings.data.set(word.embedding, row * embedding);
      for (const feature of word.features) this.addRow(vectors, row, feature);
      if (this.ownUsed[row]) this.addRow(vectors, row, word.own);
    }
    this.space.multiply(this.embeddings, this.project.value, this.vectors);
    const keepVector = 1 / (1 - training.dropVector);
    for (let i = 0; i < vectors.length; i++) {
      const mask = this.random.next() < training.dropVector ? 0 : keepVector;
      this.vectorMask[i] = mask;
      vectors[i]! *= mask;
    }
    spread(vectors, ROWS, vector, window, this.windows.data);
    for (let row = 0; row < ROWS; row++) this.hidden.data.set(this.windowBias.value.data, row * hidden);
    this.space.multiply(this.windows, this.windowWeight.value, this.hidden);
    const values = this.hidden.data;
    const keepHidden = 1 / (1 - training.dropHidden);
    for (let i = 0; i < values.length; i++) {
      const mask = values[i]! <= 0 || this.random.next() < training.dropHidden ? 0 : keepHidden;
      this.hiddenMask[i] = mask;
      values[i]! *= mask;
    }
    for (let row = 0; row < ROWS; row++) this.logits.data.set(this.outBias.value.data, row * this.outputs);
    this.space.multiply(this.hidden, this.outWeight.value, this.logits);
    const direct = this.directLogits;
    for (let row = 0; row < ROWS; row++) direct.data.set(this.directBias.value.data, row * direct.columns);
    this.space.multiply(this.windows, this.directWeight.value, direct);
  }

  private addRow(vectors: Float32Array, row: number, feature: number): void {
    const { vector } = this.shape;
    const to = row * vector;
    const from = feature * vector;
    for (let d = 0; d < vector; d++) vectors[to + d]! += this.table[from + d]!;
  }

  /** One step of gradient descent on a batch; returns the sum of its losses. */
  private step(
    words: readonly (WordInput | null)[],
    targets: readonly (Int16Array | null)[],
    training: Training,
    scale: number,
  ): number {
    const { hidden, vector, window } = this.shape;
    this.forward(words, training);
    const gLogits = this.temporary('logits', ROWS, this.outputs);
    const loss = this.lossGradient(targets, training.taskWeights, gLogits.data);
    const gDirect = this.temporary('direct', ROWS, this.directLogits.columns);
    this.directGradient(targets, training.directWeight, gDirect.data);
    for (const { gradient } of this.parameters) gradient.data.fill(0);
    this.weightGradient(this.hidden, gLogits, this.outWeight);
    addRows(gLogits, this.outBias.gradient.data);
    const gHidden = this.temporary('hidden', ROWS, hidden);
    gHidden.data.fill(0);
    this.inputGradient(gLogits, this.outWeight, gHidden);
    for (let i = 0; i < gHidden.data.length; i++) gHidden.data[i]! *= this.hiddenMask[i]!;
    this.weightGradient(this.windows, gHidden, this.windowWeight);
    addRows(gHidden, this.windowBias.gradient.data);
    const gWindows = this.temporary('windows', ROWS, (2 * window + 1) * vector);
    gWindows.data.fill(0);
    this.inputGradient(gHidden, this.windowWeight, gWindows);
    this.weightGradient(this.windows, gDirect, this.directWeight);
    addRows(gDirect, this.directBias.gradient.data);
    this.inputGradient(gDirect, this.directWeight, gWindows);
    const gVectors = this.temporary('vectors', ROWS, vector);
    gVectors.data.fill(0);
    gather(gWindows.data, ROWS, vector, window, gVectors.data);
    for (let i = 0; i < gVectors.data.length; i++) gVectors.data[i]! *= this.vectorMask[i]!;
    this.weightGradient(this.embeddings, gVectors, this.project);
    this.updateTable(words, gVectors.data, training.featureRate * scale);
    this.updateDense(training.rate * scale);
    return loss;
  }

  /** Writes the gradient of the cross-entropy of each task's softmax, and returns the first task's loss. */
  private lossGradient(
    targets: readonly (Int16Array | null)[],
    weights: readonly number[],
    gradient: Float32Array,
  ): number {
    const count = targets.reduce((sum, target) => sum + (target ? 1 : 0), 0);
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < targets.length; row++) {
      const target = targets[row];
      if (!target) continue;
      let from = row * this.outputs;
      for (const [task, classes] of this.shape.tasks.entries()) {
        const right = target[task]!;
        if (right >= 0) {
          const p = softmax(this.logits.data.subarray(from, from + classes));
          if (task === 0) loss -= Math.log(p[right]! + 1e-12);
          const share = weights[task]! / count;
          for (let k = 0; k < classes; k++) gradient[from + k] = (p[k]! - (k === right ? 1 : 0)) * share;
        }
        from += classes;
      }
    }
    return loss;
  }

  /** The gradient of the direct part's own cross-entropy. */
  private directGradient(
    targets: readonly (Int16Array | null)[],
    weight: number,
    gradient: Float32Array,
  ): void {
    const count = targets.reduce((sum, target) => sum + (target ? 1 : 0), 0);
    const tags = this.shape.tasks[0]!;
    const { columns, data } = this.directLogits;
    gradient.fill(0);
    for (let row = 0; row < targets.length; row++) {
      const right = targets[row]?.[0];
      if (right === undefined || right < 0) continue;
      const p = softmax(data.subarray(row * columns, row * columns + tags));
      for (let k = 0; k < tags; k++)
        gradient[row * columns + k] = ((p[k]! - (k === right ? 1 : 0)) * weight) / count;
    }
  }

  private weightGradient(input: Matrix, gradient: Matrix, parameter: Parameter): void {
    const turned = this.temporary('turned', input.columns, input.rows);
    transpose(input, turned);
    this.space.multiply(turned, gradient, parameter.gradient);
  }

  private inputGradient(gradient: Matrix, parameter: Parameter, out: Matrix): void {
    const { value } = parameter;
    const turned = this.temporary('weight', value.columns, value.rows);
    transpose(value, turned);
    this.space.multiply(gradient, turned, out);
  }

  /** Adagrad with one rate a row (Duchi et al., 2011): most rows are met seldom. */
  private updateTable(words: readonly (WordInput | null)[], gradient: Float32Array, rate: number): void {
    const { vector } = this.shape;
    const sums = new Map<number, Float32Array>();
    const add = (feature: number, row: number) => {
      let sum = sums.get(feature);
      if (!sum) {
        sum = new Float32Array(vector);
        sums.set(feature, sum);
      }
      const from = row * vector;
      for (let d = 0; d < vector; d++) sum[d]! += gradient[from + d]!;
    };
    for (let row = 0; row < words.length; row++) {
      const word = words[row];
      if (!word) {
        add(0, row);
        continue;
      }
      for (const feature of word.features) add(feature, row);
      if (this.ownUsed[row]) add(word.own, row);
    }
    for (const [feature, sum] of sums) {
      let squares = 0;
      for (let d = 0; d < vector; d++) squares += sum[d]! * sum[d]!;
      this.tableSquares[feature]! += (squares / vector) * 1000;
      const step = (rate / Math.sqrt(this.tableSquares[feature]!)) * Math.sqrt(1000);
      const to = feature * vector;
      for (let d = 0; d < vector; d++) this.table[to + d]! -= step * sum[d]!;
    }
  }

  /** Adam (Kingma and Ba, 2015). */
  private updateDense(rate: number): void {
    this.steps++;
    const c1 = 1 - 0.9 ** this.steps;
    const c2 = 1 - 0.999 ** this.steps;
    for (const { value, gradient, first, second } of this.parameters) {
      const { data } = value;
      for (let i = 0; i < data.length; i++) {
        const g = gradient.data[i]!;
        first[i] = 0.9 * first[i]! + 0.1 * g;
        second[i] = 0.999 * second[i]! + 0.001 * g * g;
        data[i]! -= (rate * (first[i]! / c1)) / (Math.sqrt(second[i]! / c2) + 1e-8);
      }
    }
  }

  private average(): void {
    this.averaged++;
    const share = 1 / this.averaged;
    const towards = (mean: Float32Array, value: Float32Array) => {
      for (let i = 0; i < mean.length; i++) mean[i]! += (value[i]! - mean[i]!) * share;
    };
    towards(this.tableMean, this.table);
    for (const { mean, value } of this.parameters) towards(mean, value.data);
  }

  private useAverage(): void {
    this.table.set(this.tableMean);
    for (const { mean, value } of this.parameters) value.data.set(mean);
  }
}
