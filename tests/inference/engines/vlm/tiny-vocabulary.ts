export const COLOURS = ['red', 'green', 'blue'] as const;
export type Colour = (typeof COLOURS)[number];

/** What a tiny model says of a picture whose mean colour has most of this channel. */
export const ANSWERS: Readonly<Record<Colour, string>> = {
  red: 'A warm red field glows under bright light.',
  green: 'A fresh green meadow rests in soft shade.',
  blue: 'A cool blue sea shines before dark hills.',
};

/** Every special token that one of the families asks for. */
const SPECIAL_TOKENS = [
  '<unk>',
  '<s>',
  '</s>',
  '<end_of_utterance>',
  '<image>',
  '<fake_token_around_image>',
  '<global-img>',
  ...[1, 2, 3, 4].flatMap(row => [1, 2, 3, 4].map(column => `<row_${row}_col_${column}>`)),
  '<|vision_start|>',
  '<|image_pad|>',
  '<|vision_end|>',
  '<start_of_image>',
  '<image_soft_token>',
  '<end_of_image>',
  '<|image_start|>',
  '<|image_end|>',
  '<|img_thumbnail|>',
  '<|image|>',
  '[IMG]',
  '[IMG_BREAK]',
  '[IMG_END]',
];

const WORDS = [...new Set(Object.values(ANSWERS).flatMap(answer => answer.split(' ')))];

/** A token's place in this list is its number. */
export const VOCABULARY: readonly string[] = [...SPECIAL_TOKENS, ...WORDS];

export const END_TOKEN = VOCABULARY.indexOf('</s>');

export function tokenId(token: string): number {
  const id = VOCABULARY.indexOf(token);
  if (id < 0) throw new RangeError(`${token} is not in the tiny vocabulary`);
  return id;
}

/**
 * Which token follows which, for each colour: `[colour, token, next]`, 1 where it does. What is no word of the
 * answer is followed by its first word, its last word by the end, or, where the model never ends, by the first.
 */
export function transitions(endless: boolean): Float32Array {
  const size = VOCABULARY.length;
  const table = new Float32Array(COLOURS.length * size * size);
  for (const [index, colour] of COLOURS.entries()) {
    const answer = ANSWERS[colour].split(' ').map(tokenId);
    for (let token = 0; token < size; token++) {
      const place = answer.indexOf(token);
      const next = answer[place + 1] ?? (endless ? answer[0]! : END_TOKEN);
      table[(index * size + token) * size + next] = 1;
    }
  }
  return table;
}

/** A word-level tokenizer in the format of the `tokenizers` library. */
export function tokenizerFiles(chatTemplate?: string): { tokenizer: object; config: object } {
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: SPECIAL_TOKENS.map(special),
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: null,
      model: {
        type: 'WordLevel',
        vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
        unk_token: '<unk>',
      },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: '<s>',
      eos_token: '</s>',
      unk_token: '<unk>',
      pad_token: '</s>',
      boi_token: '<start_of_image>',
      image_token: '<image_soft_token>',
      eoi_token: '<end_of_image>',
      boa_token: '<start_of_audio>',
      audio_token: '<audio_soft_token>',
      eoa_token: '<end_of_audio>',
      model_max_length: 8192,
      clean_up_tokenization_spaces: false,
      ...(chatTemplate === undefined ? {} : { chat_template: chatTemplate }),
    },
  };
}
