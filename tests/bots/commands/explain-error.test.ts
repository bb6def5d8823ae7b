import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/bots/commands/bot-error.ts';
import { errorFields, explainError, shortId } from '../../../src/bots/commands/explain-error.ts';
import { ImageError } from '../../../src/inference/image/image-error.ts';
import { InferenceError } from '../../../src/inference/isolation/inference-error.ts';
import { ModelError } from '../../../src/inference/model-error.ts';
import { StoreError } from '../../../src/store/store-error.ts';

const OPERATORS = 'The bot could not do this. Whoever runs it can find out why by the id below.';

describe('what a member is told', () => {
  it.each([
    [new BotError('no-image', 'Attach an image.'), 'Attach an image.', false],
    [new BotError('platform', 'Discord does not answer.'), 'Discord does not answer.', true],
    [
      new ImageError('corrupt', 'photo.png is damaged: save it again.'),
      'photo.png is damaged: save it again.',
      false,
    ],
    [new ImageError('http-status', 'x.org/a answered 503: later.'), 'x.org/a answered 503: later.', true],
    [new InferenceError('busy', 'Too many: try again.'), 'Too many: try again.', true],
    [
      new ModelError('endpoint-unavailable', 'http://10.0.0.7:8000 is down.', 'Start it.'),
      'The model cannot be reached at the moment: try again in a few minutes.',
      true,
    ],
    [
      new StoreError('store-busy', '/srv/data/narrator.db is locked.'),
      'The bot cannot reach what it keeps at the moment: try again in a minute.',
      true,
    ],
  ])('of %o', (error, sentence, mayPass) => {
    expect(explainError(error)).toMatchObject({ sentence, mayPass });
  });

  it.each([
    new ImageError('unreadable', '/srv/a.png cannot be read.'),
    new ModelError('model-missing', '/srv/model is not there.', 'Pull it.'),
    new ModelError('endpoint-auth', 'http://10.0.0.7 refuses the key.', 'Give another.'),
    new InferenceError('inference-fault', 'A fault at /srv/x.ts.'),
    new StoreError('store-fault', 'no such column: secret'),
    new TypeError('secret of undefined'),
    'a thrown text',
  ])('is no detail of the machine: %o', error => {
    expect(explainError(error)).toEqual({ sentence: OPERATORS, mayPass: false, isRefusal: false });
  });

  it('is one line, and not long', () => {
    const { sentence } = explainError(new BotError('bad-option', `a\u202eb\nc ${'x'.repeat(2000)}`));
    expect(sentence).toMatch(/^a b c x+…$/);
    expect(sentence.length).toBeLessThanOrEqual(500);
  });
});

it('the log has the chain of causes', () => {
  const cause = new Error('ECONNREFUSED 10.0.0.7');
  const error = new ModelError('endpoint-unavailable', 'It is down.', 'Start it.', { cause });
  expect(errorFields(error)).toEqual({
    code: 'endpoint-unavailable',
    causes: ['ModelError: It is down. Start it.', 'Error: ECONNREFUSED 10.0.0.7'],
    stack: undefined,
  });
  expect(errorFields(new TypeError('x'))).toMatchObject({ stack: expect.stringContaining('TypeError: x') });
});

it('short ids are short, and easily told from one another', () => {
  const ids = new Set(Array.from({ length: 200 }, shortId));
  expect(ids.size).toBeGreaterThan(195);
  for (const id of ids) expect(id).toMatch(/^r-[2-9a-hjkmnp-z]{5}$/);
});
