import * as z from 'zod';
import type { DescriptionGap } from '../dataset.ts';
import type { LoadDataset } from './dataset-source.ts';
import { readCsv } from './read-csv.ts';
import { cellNumber, checkRow, roundSeconds } from './rows.ts';
import { requireOwnSplit } from './splits.ts';

const COLUMNS = [
  'audio_clips_id',
  'videos_youtube_status',
  'start_time',
  'end_time',
  'duration',
  'playback_type',
  'transcript_sentence',
];
/** Seconds by which a clip may be longer than its pause: times are rounded. */
const TOLERANCE = 0.05;

const row = z
  .object({
    audio_clips_id: z.string(),
    videos_youtube_status: z.string().max(100),
    start_time: cellNumber,
    end_time: cellNumber,
    duration: cellNumber.pipe(z.number().positive()),
    playback_type: z.enum(['inline', 'extended']),
    transcript_sentence: z.string(),
  })
  .refine(
    ({ playback_type, start_time, end_time, duration }) =>
      playback_type === 'extended' ||
      (end_time > start_time && duration <= end_time - start_time + TOLERANCE),
    'an inline clip that does not fit between its start_time and its end_time',
  );

/**
 * YouDescribe's clips with their transcripts (the set "You Described, We Archived", a CSV file). Where the film is
 * halted (`extended`), start and end are the same and the clip's own duration counts.
 */
export const loadYoudescribe: LoadDataset = async ({ path, split, signal }, staged) => {
  requireOwnSplit({ path, split }, 'all');
  const statuses = new Map<string, number>();
  for await (const { line, row: cells } of readCsv(path, COLUMNS, signal)) {
    const place = `line ${line}`;
    const clip = checkRow(row, cells, place, staged);
    if (!clip) continue;
    const status = clip.videos_youtube_status || 'unknown';
    if (statuses.size < 20 || statuses.has(status)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const playback = clip.playback_type;
    const seconds = playback === 'extended' ? clip.duration : clip.end_time - clip.start_time;
    const gap: DescriptionGap = { seconds: roundSeconds(seconds), playback };
    staged.add({ id: clip.audio_clips_id, image: null, group: playback, gap }, place);
    staged.addReference(clip.audio_clips_id, clip.transcript_sentence, place);
  }
  return {
    name: 'YouDescribe',
    split: 'all',
    task: 'audio-description',
    remarks: [
      'Its texts are transcripts of volunteers’ audio descriptions, made by speech recognition.',
      'It has no images: the videos are on YouTube, and only recorded predictions can be scored on it.',
      `Clips by the status of their video on YouTube, as the file has it: ${[...statuses].map(([status, clips]) => `${status} ${clips.toLocaleString('en')}`).join(', ')}.`,
    ],
  };
};
