import type { TaggedWord } from './tag-sentences.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Past forms that are nothing else. */
const PAST_ONLY = words(`
  ate became began bit blew broke came chose did drank drew drove fell flew forgot froze gave got grew hid knew
  rang ran rode rose sang sank saw shook spoke sprang stole strode swam swore threw took tore went woke wore wrote`);
/** Past forms that are participles too: "a man held", "a rope held by a man". */
const PAST_OR_PARTICIPLE = words(`
  bent bought bound brought built caught crept dealt dug fed felt found fought hung heard held kept knelt laid leant
  led left lent lit lost made meant met paid put said sat sent shone shot slept slid spent spread spun stood struck
  swept swung taught thought told understood watched wept won wound`);
const PARTICIPLES = words(`
  beaten been bitten blown born broken chosen done drawn driven eaten fallen flown forgotten frozen given gone grown
  hidden known lain ridden risen run seen shaken shown spoken stolen sung sunk sworn swum taken thrown torn woken worn
  woven written cut set hit let shut put split`);
/** Past participles that tell of a state, which no one acts in at the moment: "is covered in snow", "is parked". */
const STATES = words(`
  adorned anchored angled arched armed arranged arrayed attached balanced based bathed bent blurred boarded bordered
  born bound braided broken built buried buttoned called capped carpeted carved centered centred chained chipped
  clad clasped cloaked closed clothed clustered coated coiled collapsed composed concentrated connected constructed
  contained covered cracked cropped crossed crouched crowded crowned curled curved cut damaged dampened dappled
  dated decked decorated depicted designed detached divided docked dominated dotted draped drenched dressed dried
  dusted edged elevated embedded embroidered enclosed engraved engulfed entitled equipped etched exposed faded
  fallen fastened fenced filled finished fitted fixed flanked flecked flooded focused folded forested formed framed
  frosted frozen furnished gathered glazed gloved gone grouped hidden highlighted housed huddled hunched hung
  illuminated inclined inscribed interspersed inverted isolated joined knitted knotted known labeled labelled laced
  laden laid layered lifted lighted lined lit littered loaded located locked lost made manicured marked matched
  mirrored mixed moored mounted muted named nested nestled obscured occupied oriented overgrown packed painted
  paired paneled panelled parked partitioned patched paved peeled perched piled pinned pitched placed plaited
  planted plastered plated pointed poised populated posed positioned powdered preserved printed propped pulled
  raised reclined reflected ribbed ringed rolled rounded ruffled rumpled rusted scattered sculpted seasoned seated
  secured set shaded shadowed shaped shaved sheltered shrouded shut silhouetted situated slanted sliced soaked
  spaced spattered speckled splashed spotted spread sprinkled squared stacked stained stationed steeped stored
  stormed strapped streaked strewn striped stripped studded stuffed submerged suited sunk surrounded suspended
  swathed tangled tanned tattooed tethered textured tied tiled tilted tinged tinted titled toned topped torn trimmed
  tucked turned twisted uncovered unfinished unlit unmade upholstered used varied veiled visited walled washed
  weathered wedged whitewashed wooded worn woven wrapped wrinkled written`);
const BE = words("am is are was were be been being 's 're 'm isn't aren't");
const GET = words('get gets getting got');
const SUBJECT_PRONOUNS = words('i we you he she it they who which that');
const AS_IF = words('if though');

/**
 * Finite verbs that tell of another time than now: past and future.
 *
 * A form in -ed after a noun may be a participle ("a car parked by a house") or a past ("a car stopped by a house"). It
 * counts as past unless it names a state, or the sentence has a verb in the present before or after it.
 */
export function findOtherTenses(sentence: readonly TaggedWord[]): TaggedWord[] {
  const hasPresent = sentence.some((word, i) => isPresent(sentence, word, i));
  return sentence.filter((word, i) => {
    const { lower, tag } = word;
    if (tag !== 'VERB' && tag !== 'AUX') return false;
    const before = lastOther(sentence, i, 'ADV', 'PART');
    // "As if it were a boat" is no past.
    if (lower === 'were' && sentence.slice(Math.max(0, i - 4), i).some(other => AS_IF.has(other.lower)))
      return false;
    if (lower === 'was' || lower === 'were' || lower === 'had') return true;
    if (tag === 'AUX') return lower === 'did' || lower === 'will' || lower === "'ll" || lower === 'shall';
    if (before && (BE.has(before.lower) || GET.has(before.lower) || isHave(before))) return false;
    if (PAST_ONLY.has(lower)) return true;
    if (!(lower.endsWith('ed') || PAST_OR_PARTICIPLE.has(lower)) || lower.length < 3) return false;
    if (before && SUBJECT_PRONOUNS.has(before.lower)) return true;
    const next = sentence[i + 1];
    if (!before || (before.tag !== 'NOUN' && before.tag !== 'PROPN')) return false;
    return !STATES.has(lower) && next?.lower !== 'by' && !hasPresent;
  });
}

/** Verbs in the passive: a form of "be" or "get" and a participle that names no state, or "being" or "been" and any. */
export function findPassives(
  sentence: readonly TaggedWord[],
  isFeeling: (word: string) => boolean,
): { readonly from: TaggedWord; readonly to: TaggedWord }[] {
  return sentence.flatMap((word, i) => {
    const { lower, tag } = word;
    if (!isParticiple(lower) || isFeeling(lower) || (tag !== 'VERB' && tag !== 'ADJ')) return [];
    const at = lastOtherIndex(sentence, i, 'ADV', 'PART');
    const before = sentence[at];
    if (!before) return [];
    const progressive = before.lower === 'being' || before.lower === 'been';
    // An adjective in -ed after "is" is none ("is tired"), but after "being" it is a passive.
    if (tag === 'ADJ' && !progressive) return [];
    if (GET.has(before.lower) && before.tag !== 'NOUN')
      return lower.endsWith('ed') || PARTICIPLES.has(lower) ? [{ from: before, to: word }] : [];
    if (!isBe(before)) return [];
    // "What's left", "the man's painted face": a clitic that owns is no verb.
    if (before.lower === "'s" && before.tag === 'PART') return [];
    return progressive || !STATES.has(lower) ? [{ from: before, to: word }] : [];
  });
}

function isBe({ lower, tag }: TaggedWord): boolean {
  return BE.has(lower) && tag !== 'PART';
}

function isHave({ lower }: TaggedWord): boolean {
  return lower === 'has' || lower === 'have' || lower === 'having' || lower === "'ve";
}

function isParticiple(lower: string): boolean {
  return (
    (lower.length > 3 && lower.endsWith('ed')) || PARTICIPLES.has(lower) || PAST_OR_PARTICIPLE.has(lower)
  );
}

/** Whether a word is a finite verb in the present, as far as its form tells. */
function isPresent(sentence: readonly TaggedWord[], { lower, tag }: TaggedWord, i: number): boolean {
  if (tag === 'AUX') return lower !== 'was' && lower !== 'were' && lower !== 'had' && lower !== 'did';
  if (tag !== 'VERB' || /(?:ing|ed)$/.test(lower)) return false;
  if (PAST_ONLY.has(lower) || PAST_OR_PARTICIPLE.has(lower) || PARTICIPLES.has(lower)) return false;
  return sentence[i - 1]?.lower !== 'to';
}

/** The nearest word before `i` whose tag is none of `skipped`. */
function lastOther(sentence: readonly TaggedWord[], i: number, ...skipped: string[]): TaggedWord | undefined {
  return sentence[lastOtherIndex(sentence, i, ...skipped)];
}

function lastOtherIndex(sentence: readonly TaggedWord[], i: number, ...skipped: string[]): number {
  let at = i - 1;
  while (at >= 0 && skipped.includes(sentence[at]!.tag) && sentence[at]!.lower !== "'s") at--;
  return at;
}
