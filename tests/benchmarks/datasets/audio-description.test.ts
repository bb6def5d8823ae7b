import { expect, test } from 'vitest';
import { openDataset } from '../../../src/benchmarks/datasets/open-dataset.ts';
import { failureOf, readAll, useFolder } from './dataset-files.ts';

const folder = useFolder();
const HEADER =
  'videos_youtube_id,audio_descriptions_id,audio_clips_id,videos_youtube_status,file_path,file_name,start_time,end_time,duration,playback_type,transcript_sentence';
const clip = (id: string, times: string, playback: string, status = 'available', text = 'A man runs.') =>
  `v,d,${id},${status},/legacy,1.wav,${times},${playback},${text}`;

test('YouDescribe: what is extended has its own duration, what is inline its pause', async () => {
  const file = folder.write(
    'clips.csv',
    [
      HEADER,
      clip('a', '65.723,65.723,11.76', 'extended', 'unavailable'),
      clip('b', '0.1,0.4,0.3', 'inline', '', '"He stops, and turns."'),
      clip('c', '2,5,3.04', 'inline'),
    ].join('\n'),
  );
  const dataset = await openDataset(`youdescribe:${file}`);
  expect(dataset).toMatchObject({ name: 'YouDescribe', split: 'all', task: 'audio-description', count: 3 });
  expect(await readAll(dataset)).toEqual([
    {
      id: 'a',
      image: null,
      references: ['A man runs.'],
      group: 'extended',
      gap: { seconds: 11.76, playback: 'extended' },
    },
    {
      id: 'b',
      image: null,
      references: ['He stops, and turns.'],
      group: 'inline',
      // Not 0.30000000000000004.
      gap: { seconds: 0.3, playback: 'inline' },
    },
    expect.objectContaining({ id: 'c', gap: { seconds: 3, playback: 'inline' } }),
  ]);
  expect(dataset.remarks).toEqual([
    expect.stringContaining('speech recognition'),
    expect.stringContaining('no images'),
    'Clips by the status of their video on YouTube, as the file has it: unavailable 1, unknown 1, available 1.',
  ]);
  expect((await failureOf(openDataset(`youdescribe:${file}`, { images: folder.path }))).code).toBe(
    'dataset-image',
  );
});

test.each([
  ['an inline clip without a pause', clip('a', '5,5,3', 'inline'), 'does not fit'],
  ['an inline clip longer than its pause', clip('a', '5,7,3', 'inline'), 'does not fit'],
  ['an extended clip without a duration', clip('a', '5,5,0', 'extended'), 'duration'],
  ['NaN', clip('a', '5,5,NaN', 'extended'), 'duration: is no number'],
  ['another playback', clip('a', '5,5,1', 'both'), 'playback_type'],
  ['no text', clip('a', '5,5,1', 'extended', '', ''), 'the text holds no word'],
  ['no id', clip('', '5,5,1', 'extended'), 'the id has to be'],
])('YouDescribe: %s is named', async (_what, row, message) => {
  const failure = await failureOf(openDataset(`youdescribe:${folder.write('a.csv', `${HEADER}\n${row}`)}`));
  expect(failure.code).toBe('dataset-format');
  expect(failure.message).toContain(`line 2: `);
  expect(failure.message).toContain(message);
});

const MAD = {
  '10': {
    movie: '0001',
    movie_duration: 5400.5,
    sentence: 'He opens the door.',
    timestamps: [10, 11],
    ext_timestamps: [10.1, 12.6],
  },
  '2': { movie: '0001', sentence: 'She leaves.', ext_timestamps: [20, 21] },
};

test('MAD: keyed by id, in the file’s order, by its file or its folder', async () => {
  // As text: an object in JavaScript would put the numbers in order.
  const text = `{"10": ${JSON.stringify(MAD['10'])}, "2": ${JSON.stringify(MAD['2'])}}`;
  const file = folder.write('MAD_val.json', text);
  const dataset = await openDataset(`mad:${file}`);
  expect(dataset).toMatchObject({ name: 'MAD val', split: 'val', task: 'audio-description', count: 2 });
  expect(await readAll(dataset)).toEqual([
    {
      id: '10',
      image: null,
      references: ['He opens the door.'],
      group: null,
      gap: { seconds: 2.5, playback: 'inline' },
    },
    expect.objectContaining({ id: '2' }),
  ]);
  expect((await openDataset(`mad:${folder.path}`, { split: 'val' })).hash).toBe(dataset.hash);
  expect(await failureOf(openDataset(`mad:${folder.path}`))).toMatchObject({
    code: 'dataset-file',
    message: expect.stringContaining('MAD_test.json is not there'),
  });
  expect((await failureOf(openDataset(`mad:${file}`, { split: 'test' }))).code).toBe('dataset-split');
});

test.each([
  ['{"1": {"sentence": "a", "ext_timestamps": [3, 3]}}', '1: ext_timestamps: the end is not after the start'],
  ['{"1": {"sentence": "a", "ext_timestamps": [3]}}', '1: ext_timestamps'],
  ['{"1": {"sentence": "a", "ext_timestamps": [1, NaN]}}', 'is not valid JSON: line 1, column 47'],
  ['{"1": {"sentence": 5, "ext_timestamps": [1, 2]}}', '1: sentence'],
  [
    '{"1": {"sentence": "a", "ext_timestamps": [1, 2]}, "1": {"sentence": "b", "ext_timestamps": [1, 2]}}',
    'the id 1 is there twice',
  ],
  ['{"1": "a"}', '1: the row'],
])('MAD: %s', async (text, message) => {
  const failure = await failureOf(openDataset(`mad:${folder.write('MAD_test.json', text)}`));
  expect(failure.code).toBe('dataset-format');
  expect(failure.message).toContain(message);
});
