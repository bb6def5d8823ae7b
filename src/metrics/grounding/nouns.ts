import { COCO_LABELS } from '../../inference/engines/embedded/coco-labels.ts';
import type { RegionKind } from '../../inference/scene/find-regions.ts';

/** What a noun may stand for in a measured scene. */
export interface NounMeaning {
  /** Detector labels; empty where it names no thing that a detector knows. */
  readonly labels: readonly string[];
  readonly regions: readonly RegionKind[];
  /** False where the noun names only a part of the region, or a thing that is often outside it. */
  readonly wholeRegion: boolean;
  readonly role: NounRole;
}

/**
 * `picture`: the picture as a whole; `setting`: a place, which the picture may show a part of; `light`,
 * `colours`, `contrast`, `focus`: a property of the picture; `clothing`; `body`: a person's body, whose looks are
 * not judged; `abstract`: nothing that has a look; `thing`: anything else.
 */
export type NounRole =
  | 'picture'
  | 'setting'
  | 'light'
  | 'colours'
  | 'contrast'
  | 'focus'
  | 'clothing'
  | 'body'
  | 'abstract'
  | 'thing';

/** Narrower and other words for the detector's labels, in the singular. */
const SYNONYMS: Readonly<Record<string, string>> = {
  person:
    'man woman boy girl child kid baby toddler infant adult human individual someone people crowd couple pedestrian figure lady gentleman guy rider cyclist skier surfer skateboarder snowboarder player athlete worker farmer fisherman sailor hiker tourist dancer musician bride groom mother father student teacher chef officer soldier spectator passenger driver shepherd jogger runner swimmer youth teenager',
  bicycle: 'bike cycle tricycle',
  car: 'automobile sedan suv hatchback convertible limousine taxi cab jeep wagon van minivan pickup truck auto',
  motorcycle: 'motorbike scooter moped bike',
  airplane: 'aeroplane plane aircraft jet biplane airliner',
  bus: 'coach minibus',
  train: 'locomotive tram railcar carriage',
  truck: 'lorry pickup van',
  boat: 'ship vessel yacht sailboat canoe kayak ferry dinghy barge rowboat gondola raft catamaran junk trawler schooner',
  'traffic light': 'stoplight',
  'fire hydrant': 'hydrant',
  'stop sign': 'sign',
  bench: 'pew',
  bird: 'eagle hawk falcon gull seagull pigeon duck goose swan parrot owl crow sparrow heron pelican raptor chicken hen rooster',
  cat: 'kitten kitty feline tabby',
  dog: 'puppy pup hound canine retriever shepherd labrador terrier husky collie',
  horse: 'pony foal mare stallion colt steed',
  sheep: 'lamb ewe ram',
  cow: 'calf bull ox cattle heifer bovine',
  elephant: 'calf',
  bear: 'cub',
  backpack: 'rucksack bag',
  umbrella: 'parasol',
  handbag: 'purse bag',
  suitcase: 'luggage bag',
  'sports ball': 'ball football basketball soccer baseball',
  bottle: 'flask',
  cup: 'mug teacup glass',
  couch: 'sofa settee loveseat',
  'potted plant': 'plant houseplant',
  'dining table': 'table desk',
  tv: 'television screen monitor',
  laptop: 'computer notebook',
  'cell phone': 'phone smartphone cellphone mobile',
  refrigerator: 'fridge freezer',
  donut: 'doughnut',
  'hot dog': 'hotdog',
  'teddy bear': 'teddy',
  chair: 'armchair stool seat',
};

const ANIMALS = 'bird cat dog horse sheep cow elephant bear zebra giraffe'.split(' ');
const VEHICLES = 'car bus truck train motorcycle'.split(' ');

/** Wider words, each for all the labels it covers. */
const HYPERNYMS: Readonly<Record<string, readonly string[]>> = {
  animal: [...ANIMALS, 'animal'],
  creature: [...ANIMALS, 'animal'],
  beast: [...ANIMALS, 'animal'],
  pet: ['dog', 'cat', 'bird', 'animal'],
  livestock: ['sheep', 'cow', 'horse', 'animal'],
  herd: ['sheep', 'cow', 'horse', 'elephant', 'zebra', 'giraffe', 'animal'],
  flock: ['sheep', 'bird'],
  vehicle: [...VEHICLES, 'boat', 'airplane', 'bicycle', 'vehicle'],
  fruit: ['apple', 'orange', 'banana'],
  furniture: ['chair', 'couch', 'bed', 'dining table'],
};

/** Regions by the nouns that name them whole. */
const REGION_NOUNS: Readonly<Record<string, readonly RegionKind[]>> = {
  sky: ['sky'],
  foliage: ['foliage', 'grass'],
  vegetation: ['foliage', 'grass'],
  greenery: ['foliage', 'grass'],
  grass: ['grass', 'foliage', 'ground'],
  lawn: ['grass', 'ground', 'foliage'],
  meadow: ['grass', 'ground', 'foliage'],
  pasture: ['grass', 'ground', 'foliage'],
  field: ['ground', 'grass', 'sand', 'foliage'],
  water: ['water'],
  sea: ['water'],
  ocean: ['water'],
  lake: ['water'],
  river: ['water'],
  sand: ['sand', 'ground'],
  beach: ['sand', 'ground'],
  ground: ['ground', 'sand', 'grass', 'snow'],
  soil: ['ground', 'sand'],
  earth: ['ground', 'sand'],
  dirt: ['ground', 'sand'],
  snow: ['snow'],
  background: ['background'],
  backdrop: ['background'],
};

/** Nouns for what is only a part of a region, or may lie outside it. */
const PART_NOUNS: Readonly<Record<string, readonly RegionKind[]>> = {
  cloud: ['sky'],
  tree: ['foliage'],
  bush: ['foliage'],
  shrub: ['foliage'],
  leaf: ['foliage'],
  forest: ['foliage'],
  hedge: ['foliage'],
  wave: ['water'],
  pond: ['water'],
  bay: ['water'],
  surf: ['water'],
  shore: ['sand', 'ground', 'water'],
  shoreline: ['sand', 'ground', 'water'],
  hill: ['ground', 'grass', 'foliage'],
  hillside: ['ground', 'grass', 'foliage'],
  plain: ['ground', 'grass'],
  desert: ['sand', 'ground'],
  wall: ['background'],
};

const ROLES: Readonly<Record<Exclude<NounRole, 'thing'>, string>> = {
  picture:
    'picture image photo photograph scene view shot composition print snapshot frame portrait painting',
  setting:
    'landscape room interior street place environment surroundings scenery setting day night evening morning afternoon',
  light: 'light lighting illumination daylight sunlight glow',
  colours: 'colour color tone hue palette shade tint accent colouring coloring coloration highlight scheme',
  contrast: 'contrast',
  focus: 'focus edge detail outline definition',
  clothing:
    'clothing clothes garment outfit attire jacket coat shirt blouse sweater jumper hoodie dress skirt trousers pants jeans shorts suit uniform vest hat cap helmet scarf sock shoe boot glove tie robe kimono apron swimsuit wetsuit t-shirt tshirt raincoat parka top',
  body: 'skin face hair hand eye arm leg foot finger lip cheek beard moustache eyebrow head neck shoulder body complexion nose mouth ear tail paw fur mane',
  abstract:
    'mood atmosphere feeling energy hour age time opportunity idea market sense story emotion life love world memory thing way part side corner half area section portion vibe sky-line look impression effect kind sort number amount distance',
};

const IRREGULAR: Readonly<Record<string, string>> = {
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  feet: 'foot',
  geese: 'goose',
  mice: 'mouse',
  oxen: 'ox',
  calves: 'calf',
  leaves: 'leaf',
  knives: 'knife',
  buses: 'bus',
  skis: 'skis',
  scissors: 'scissors',
  glasses: 'glass',
  // Lamps, not the light of the picture.
  lights: 'lamp',
  jeans: 'jeans',
  pants: 'pants',
  trousers: 'trousers',
  shorts: 'shorts',
  clothes: 'clothes',
  surroundings: 'surroundings',
};

/** The singular of an English noun, in lower case; of an unknown irregular one, the word itself. */
export function singularOf(noun: string): string {
  const lower = noun.toLowerCase();
  const known = IRREGULAR[lower];
  if (known) return known;
  if (/[^aeiou]ies$/.test(lower) && lower.length > 4) return `${lower.slice(0, -3)}y`;
  if (/(?:ches|shes|xes|sses)$/.test(lower)) return lower.slice(0, -2);
  if (/[^su]s$/.test(lower) && lower.length > 3) return lower.slice(0, -1);
  return lower;
}

/** The labels whose last word a text uses alone: "racket", "oven"; "light" and "dog" mean something else. */
const NOT_BY_LAST_WORD = new Set(['traffic light', 'hot dog', 'baseball glove', 'tie']);

const LABELS: ReadonlyMap<string, readonly string[]> = indexLabels();

function indexLabels(): Map<string, string[]> {
  const index = new Map<string, string[]>();
  const add = (word: string, label: string) => {
    index.set(word, [...new Set([...(index.get(word) ?? []), label])]);
  };
  for (const label of COCO_LABELS) {
    if (label !== 'tie') add(label, label);
    if (!NOT_BY_LAST_WORD.has(label)) add(label.split(' ').at(-1)!, label);
    for (const word of SYNONYMS[label]?.split(' ') ?? []) add(word, label);
  }
  for (const [word, labels] of Object.entries(HYPERNYMS)) for (const label of labels) add(word, label);
  return index;
}

const ROLE_OF: ReadonlyMap<string, NounRole> = new Map(
  Object.entries(ROLES).flatMap(([role, words]) =>
    words.split(' ').map((word): [string, NounRole] => [word, role as NounRole]),
  ),
);

/** What a noun of a text may stand for. An unknown noun is a thing without labels. */
export function meaningOf(noun: string): NounMeaning {
  const word = singularOf(noun);
  const labels = LABELS.get(word) ?? [];
  const whole = REGION_NOUNS[word];
  const role = labels.length > 0 || whole ? 'thing' : (ROLE_OF.get(word) ?? 'thing');
  return {
    labels,
    regions: whole ?? PART_NOUNS[word] ?? [],
    wholeRegion: whole !== undefined,
    role,
  };
}

/** The labels that a detector gives where it cannot tell two of a kind apart. */
export function widerLabel(labels: readonly string[]): string | undefined {
  if (labels.some(label => ANIMALS.includes(label))) return 'animal';
  return labels.some(label => VEHICLES.includes(label)) ? 'vehicle' : undefined;
}
