import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findPeaks, GRID_SIDE } from '../../../../src/inference/engines/embedded/centernet.ts';

const SOURCE = fileURLToPath(new URL('../../../../src', import.meta.url));

function maps(heat: Record<number, number>) {
  const values = new Float32Array(GRID_SIDE * GRID_SIDE * 80);
  for (const [index, value] of Object.entries(heat)) values[Number(index)] = value;
  return { heat: values, sides: new Float32Array(GRID_SIDE * GRID_SIDE * 4).fill(8) };
}

const at = (x: number, y: number, label: number) => (y * GRID_SIDE + x) * 80 + label;

it('finds the tops of the heat, the best first, with the box around the cell', () => {
  const { heat, sides } = maps({
    [at(10, 20, 3)]: 0.5,
    [at(11, 21, 3)]: 0.4,
    [at(11, 20, 4)]: 0.45,
    [at(12, 20, 3)]: 0.6,
    [at(0, 0, 79)]: 0.7,
    [at(127, 127, 0)]: 0.2,
  });
  const found = findPeaks(heat, sides, 0.3).map(({ class: label, left, top }) => [label, left, top]);
  expect(found).toEqual([
    [79, -8, -8],
    [3, 40, 72],
    [3, 32, 72],
    [4, 36, 72],
  ]);
  expect(findPeaks(heat, sides, 0.3, 1)).toHaveLength(1);
  expect(findPeaks(heat, sides, 0.8)).toEqual([]);
});

it('does not take a cell at the end of a row for the neighbour of one at the beginning of the next', () => {
  const { heat, sides } = maps({ [at(127, 5, 1)]: 0.9, [at(0, 6, 1)]: 0.8 });
  expect(findPeaks(heat, sides, 0.3)).toHaveLength(2);
});

it('says what to do where the package with the model is missing', async () => {
  // A folder from which no package is found.
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'narrator-source-'));
  await cp(SOURCE, elsewhere, { recursive: true });
  const module = pathToFileURL(path.join(elsewhere, 'inference/engines/embedded/centernet.ts')).href;
  const script = `const { readCenternet } = await import(${JSON.stringify(module)});
    await readCenternet().catch(error => console.log(JSON.stringify({ ...error, message: error.message })));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'ModelError',
    code: 'model-missing',
    message: expect.stringMatching(/@vladmandic\/human.*Run npm install/),
  });
  await rm(elsewhere, { recursive: true });
});
