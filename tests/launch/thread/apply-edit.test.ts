import { describe, expect, it } from 'vitest';
import { applyEdit, editableText } from '../../../src/launch/thread/apply-edit.ts';
import { hashContent } from '../../../src/launch/thread/hash-content.ts';
import type { SourcedNumber, ThreadContent } from '../../../src/launch/thread/thread.ts';
import { ThreadError } from '../../../src/launch/thread/thread-error.ts';
import { makePicture } from './make-scores.ts';

const picture = await makePicture();
const content: ThreadContent = {
  parts: [
    { text: 'We measured on 6 images.\n1/3', pictures: [] },
    { text: 'seer-3b has 25.0 per 100 words. A is better than B on CIDEr-D.\n2/3', pictures: [picture] },
    { text: 'Run 2026-11-25-a1b2, see https://example.org/2026\n3/3', pictures: [] },
  ],
};
const number = (shown: string, value: number): SourcedNumber => ({ shown, value, reference: 'run:r/images' });
const thread = { content, numbers: [number('6', 6), number('25.0 per 100 words', 25.04)] };

function faultsOf(edited: string): readonly string[] {
  try {
    applyEdit(thread, edited);
  } catch (error) {
    expect(error).toBeInstanceOf(ThreadError);
    expect((error as ThreadError).code).toBe('thread-edit');
    return (error as ThreadError).faults;
  }
  return [];
}

describe('applyEdit', () => {
  it('changes nothing where nothing is changed', () => {
    const same = applyEdit(thread, editableText(content).replaceAll('\n', '\r\n'));
    expect(same).toEqual({ ...thread, contentHash: hashContent(content) });
  });

  it('takes other words, keeps pictures with their part, and gives another hash', () => {
    const edited = applyEdit(
      thread,
      editableText(content).replace('We measured on 6 images.', 'On 6 pictures, we looked closely at this:'),
    );
    expect(edited.content.parts.map(({ text }) => text)).toEqual([
      'On 6 pictures, we looked closely at this:\n1/3',
      content.parts[1]!.text,
      content.parts[2]!.text,
    ]);
    expect(edited.content.parts[1]!.pictures).toEqual([picture]);
    expect(edited.contentHash).toBe(hashContent(edited.content));
    expect(edited.contentHash).not.toBe(hashContent(content));
  });

  it('takes parts away, with the sources of what is gone', () => {
    const edited = applyEdit(
      thread,
      'seer-3b has 25.0 per 100 words. 1/2\n --- \nSee run 2026-11-25-a1b2. 2/2',
    );
    expect(edited.content.parts).toHaveLength(2);
    expect(edited.numbers).toEqual([number('25.0 per 100 words', 25.04)]);
  });

  it.each([
    ['We measured on 7 images.', '“7”'],
    ['We measured on 6.5 images.', '“6.5”'],
    ['We measured on six images.', '“six”'],
    ['We measured on 6 %.', '“6 %”'],
    ['We measured on 6k images.', '“6k”'],
    ['We measured on -6 images.', '“-6”'],
    ['A 7b model saw 6 images.', '“7b”'],
    ['Our model has 9.88 adjectives.', '“9.88”'],
    ['On 6 images, it is the best.', '“best”'],
    ['A is better than B on BLEU.', '“better”'],
    ['', 'has no text'],
    ['a.'.repeat(20_000), 'Part 1 has 40000 characters'],
    ['Some \u202etext', 'that nobody sees'],
    ['Some \u001b[Ktext', 'that nobody sees'],
    ['word '.repeat(60), "19 more than X's 280"],
  ])('refuses %j', (first, fault) => {
    const faults = faultsOf(`${first}\n---\nSecond part\n---\nThird part`);
    expect(faults.join('\n')).toContain(fault);
  });

  it('refuses a false number of a part, and more parts than there may be', () => {
    expect(faultsOf('Some text 1/3\n---\nMore text')).toEqual([expect.stringContaining('“1/3”')]);
    const many = Array.from({ length: 26 }, (_, index) => `Text ${'x'.repeat(index + 1)}`);
    expect(faultsOf(many.join('\n---\n'))).toEqual(['It has 26 parts; 25 are the most.']);
  });
});
