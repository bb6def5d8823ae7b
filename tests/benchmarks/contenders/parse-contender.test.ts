import { expect, test } from 'vitest';
import { nameOf, parametersIn, parseContender } from '../../../src/benchmarks/contenders/parse-contender.ts';

test.each([
  ['embedded', { kind: 'embedded' }, 'embedded'],
  ['vlm:org/model', { kind: 'vlm', model: 'org/model', revision: undefined }, 'vlm:org/model'],
  ['vlm:org/model@v1', { kind: 'vlm', model: 'org/model', revision: 'v1' }, 'vlm:org/model@v1'],
  [
    'vlm:./my@home/model',
    { kind: 'vlm', model: './my@home/model', revision: undefined },
    'vlm:./my@home/model',
  ],
  ['openai:llava:7b', { kind: 'endpoint', vendor: 'openai', model: 'llava:7b' }, 'openai:llava:7b'],
  ['anthropic:m', { kind: 'endpoint', vendor: 'anthropic', model: 'm' }, 'anthropic:m'],
  ['rewrite:openai:m:x', { kind: 'rewriter', vendor: 'openai', model: 'm:x' }, 'rewrite:openai:m:x'],
  ['recorded:a/blip2.json', { kind: 'recorded', file: 'a/blip2.json', name: 'blip2' }, 'blip2'],
  ['recorded:a=b.json=BLIP-2', { kind: 'recorded', file: 'a=b.json', name: 'BLIP-2' }, 'BLIP-2'],
])('reads %s', (spec, parsed, name) => {
  expect(parseContender(spec)).toEqual(parsed);
  expect(nameOf(parseContender(spec))).toBe(name);
});

test.each([
  '',
  'embedded:x',
  'vlm',
  'vlm:',
  'vlm:m@',
  'openai',
  'rewrite:m',
  'rewrite:vlm:m',
  'recorded:',
  'recorded:f=',
  'magic:m',
])('%j is none, and it says what there is', spec => {
  expect(() => parseContender(spec)).toThrow(
    expect.objectContaining({
      code: 'benchmark-contender',
      message: expect.stringContaining('embedded, vlm:'),
    }),
  );
});

test.each([
  ['HuggingFaceTB/SmolVLM-256M-Instruct', 0.256],
  ['Qwen/Qwen2.5-VL-3B-Instruct', 3],
  ['llava-1.5-7b-hf', 7],
  ['blip2-opt-2.7b', 2.7],
  ['llama3.2-vision:11b', 11],
  ['visual-narrator-3b-adjective-dominant', 3],
  ['gpt-4o', null],
  ['model-x', null],
  ['4bit-model', null],
])('of %s the parameters are %s billions', (name, billions) => {
  expect(parametersIn(name)).toBe(billions);
});
