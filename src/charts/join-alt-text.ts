/** Alt text on Slack and X takes 1,000 characters, on Discord 1,024. */
const MAX_ALT_CHARS = 1000;

/** Joins sentences as far as they fit, and says how many are left out: none is cut in the middle. */
export function joinAltText(sentences: readonly string[]): string {
  const whole = sentences.join(' ');
  if (whole.length <= MAX_ALT_CHARS) return whole;
  const room = MAX_ALT_CHARS - ' And 999 more.'.length;
  let kept = 0;
  let length = -1;
  while (kept < sentences.length && length + 1 + sentences[kept]!.length <= room) {
    length += 1 + sentences[kept]!.length;
    kept++;
  }
  if (kept === 0) return `${whole.slice(0, MAX_ALT_CHARS - 1)}…`;
  return `${sentences.slice(0, kept).join(' ')} And ${sentences.length - kept} more.`;
}
