import { InvalidArgumentError, Option } from 'commander';
import { DEVICES, DTYPES, parseDtype, type WantedDtype } from '../inference/models/dtypes.ts';

/** Options that `describe` and `models pull` share. */
export function deviceOption(): Option {
  return new Option(
    '--device <device>',
    'what runs the model: auto is CUDA where it works, else WebGPU, else the CPU',
  )
    .choices(['auto', ...DEVICES])
    .default('auto');
}

export function dtypeOption(): Option {
  return new Option(
    '--dtype <format>',
    `the weights' number format (${DTYPES.join(', ')}), or one for each part: vision_encoder=fp16,…`,
  ).argParser(readDtype);
}

export function revisionOption(): Option {
  return new Option('--revision <name>', 'a branch, tag or commit of the model (default: main)');
}

function readDtype(value: string): WantedDtype {
  const dtype = parseDtype(value);
  if (dtype === undefined) {
    throw new InvalidArgumentError(`It has to be one of ${DTYPES.join(', ')}, or part=format,part=format.`);
  }
  return dtype;
}
