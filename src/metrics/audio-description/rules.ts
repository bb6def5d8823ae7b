/** Published guidelines for describers, as the rules name them. */
const SOURCES = {
  dcmp: 'DCMP, Description Key',
  itc: 'ITC, Guidance on Standards for Audio Description (2000)',
  netflix: 'Netflix, Audio Description Style Guide',
  adlab: 'ADLAB PRO, audio description guidelines',
  wai: 'W3C WAI, Images Tutorial, Tips and Tricks',
} as const;

/**
 * What is checked, in the order of print. Each rule stands by itself: a reader who does not share one leaves its row
 * out. docs/audio-description.md says what each finds and misses.
 */
export const GUIDELINE_RULES = [
  { id: 'present-tense', title: 'Present tense', source: `${SOURCES.dcmp}; ${SOURCES.itc}, 3.1` },
  { id: 'third-person', title: 'Third person', source: SOURCES.dcmp },
  { id: 'active-voice', title: 'Active voice', source: SOURCES.dcmp },
  { id: 'no-viewer', title: 'No viewer', source: SOURCES.adlab },
  { id: 'no-picture', title: 'No word of the picture itself', source: SOURCES.wai },
  { id: 'no-emotion', title: 'No interpretation of emotion', source: SOURCES.dcmp },
  { id: 'no-opinion', title: 'No opinion', source: `${SOURCES.itc}; ${SOURCES.adlab}` },
  { id: 'no-guess-of-sex', title: 'No guess at sex', source: SOURCES.netflix },
  { id: 'no-guess-of-race', title: 'No guess at race', source: SOURCES.netflix },
  { id: 'no-guess-of-disability', title: 'No guess at disability', source: SOURCES.netflix },
  { id: 'adverbs', title: 'None of the adverbs to avoid', source: `${SOURCES.itc}, 3.9` },
  { id: 'fits-gap', title: 'Fits its gap', source: `${SOURCES.dcmp}; ${SOURCES.itc}` },
] as const satisfies readonly { id: string; title: string; source: string }[];

export type GuidelineRuleId = (typeof GUIDELINE_RULES)[number]['id'];
