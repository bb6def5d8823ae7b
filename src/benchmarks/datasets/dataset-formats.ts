/** A form that data sets come in, beside `samples`, which needs no file. */
interface DatasetForm {
  readonly name: string;
  /** What is given after the colon. */
  readonly example: string;
  /** One sentence, as `--help` and docs/datasets.md have it. */
  readonly about: string;
  /** Whether `--images-folder` says where its images lie. */
  readonly takesImages: boolean;
}

export const DATASET_FORMATS = [
  {
    name: 'coco',
    example: 'captions_val2017.json',
    about: 'COCO captions, or a set of your own in their form.',
    takesImages: true,
  },
  {
    name: 'karpathy',
    example: 'dataset_coco.json',
    about:
      'COCO or Flickr in the splits of Karpathy and Fei-Fei: train, restval, val and test (unless told).',
    takesImages: true,
  },
  {
    name: 'flickr30k',
    example: 'flickr_annotations_30k.csv',
    about: 'Flickr30k as CSV, or in the splits of Karpathy and Fei-Fei as JSON; the split test unless told.',
    takesImages: true,
  },
  {
    name: 'nocaps',
    example: 'nocaps_val_4500_captions.json',
    about: 'NoCaps, scored as a whole and by domain.',
    takesImages: true,
  },
  {
    name: 'movienet',
    example: 'annotation/',
    about: 'MovieNet: a folder of annotations, whose synopsis is compared with keyframes.',
    takesImages: true,
  },
  {
    name: 'youdescribe',
    example: 'premium_transcribed_audio_clips_english.csv',
    about: 'Transcripts of YouDescribe’s audio description, without images.',
    takesImages: false,
  },
  {
    name: 'mad',
    example: 'MAD_test.json',
    about: 'MAD, audio description of films without images: a file, or the folder of all splits.',
    takesImages: false,
  },
  {
    name: 'detailcaps',
    example: 'DetailCaps-4870.parquet',
    about: 'DetailCaps-4870, whose references were written by models: Parquet, JSON Lines or JSON.',
    takesImages: true,
  },
  {
    name: 'jsonl',
    example: 'mine.jsonl',
    about: 'A set of your own: one {"image", "captions"} a line.',
    takesImages: true,
  },
] as const satisfies readonly DatasetForm[];

export type DatasetFormatName = (typeof DATASET_FORMATS)[number]['name'];
