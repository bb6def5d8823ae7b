/**
 * Adjectives that judge rather than show: no two viewers need agree on them and no pixel can bear them out.
 * Guidelines for audio description ask the describer to leave them out and to let the listener judge (Netflix,
 * "Audio Description Style Guide"; ADLAB, "Pictures painted in words", 2014; ITC, "Guidance on Standards for Audio
 * Description", 2000: the describer should not voice a personal opinion or interpret events).
 *
 * What is in: worth and beauty ("stunning"), the viewer's feeling ("breathtaking"), a mood lent to the scene
 * ("serene"), and importance ("iconic"). What is out, on purpose: words for what can be seen or measured (bright,
 * tall, crowded, calm water), for a visible state of a person (smiling, tired eyes), for style and period (Gothic,
 * modern), and for rarity that a count could settle (single, numerous).
 */
const INTERPRETIVE: ReadonlySet<string> = new Set(
  `adorable aesthetic alluring amazing appealing astonishing astounding atmospheric attractive awe-inspiring awesome awful
  beautiful beloved best bewitching bleak blissful boring breathtaking brilliant
  captivating celebrated charming cheerful cheery cinematic classy compelling contemplative cozy cosy cute
  dazzling delightful delicious dramatic dreamlike dreamy dreary
  eerie elegant enchanted enchanting engaging enigmatic epic ethereal evocative excellent exceptional exciting exotic
  exquisite extraordinary eye-catching
  fabulous famous fantastic fascinating flawless foreboding
  gloomy glorious good gorgeous graceful grand great gripping
  happy harmonious haunting heartwarming heavenly homely homey hypnotic
  iconic ideal idyllic immersive important impressive incredible inspirational inspiring interesting intimate
  intriguing inviting
  joyful joyous
  lively lonely lovely luxurious
  magical magnificent majestic marvelous marvellous melancholic melancholy memorable menacing mesmerizing
  mesmerising mysterious mystical
  nice nostalgic notable
  ominous otherworldly outstanding
  peaceful perfect phenomenal picturesque playful pleasant pleasing poetic poignant powerful precious pretty pristine
  refreshing relaxing remarkable restful romantic
  sad scenic sensational sentimental serene sinister soothing special spectacular spellbinding splendid spooky
  striking stunning stylish sublime superb surreal
  tasteful tempting terrific thoughtful thought-provoking thrilling timeless tranquil
  ugly unique unforgettable uplifting
  vibrant
  welcoming whimsical wistful wonderful wondrous`
    .split(/\s+/)
    .filter(Boolean),
);

/** Whether an adjective judges or lends a mood rather than describes; case does not matter. */
export function isInterpretive(word: string): boolean {
  return INTERPRETIVE.has(word.toLowerCase());
}
