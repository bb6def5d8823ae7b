import type { RunRecord } from '../../benchmarks/run-record.ts';
import { formatCount, formatResult } from './format-figure.ts';

/** A number (`value`) or a text (`value` null) of a run; or why there is none, a sentence. */
type RunFact = { readonly text: string; readonly value: number | null } | { readonly missing: string };

const HASH_CHARS = 12;
const COMMIT_CHARS = 7;

/** What templates may say of a run as a whole: `{{run.<name>}}`. */
const FACTS: Readonly<Record<string, (record: RunRecord) => RunFact>> = {
  id: ({ id }) => text(id),
  date: ({ finishedAt, createdAt }) => {
    const at = finishedAt ?? createdAt;
    return { text: new Date(at).toISOString().slice(0, 10), value: at };
  },
  dataset: ({ dataset }) => text(dataset.name),
  split: ({ dataset }) => text(dataset.split),
  datasetHash: ({ dataset }) => text(dataset.hash.slice(0, HASH_CHARS)),
  images: ({ dataset }) => count(dataset.sampled),
  setSize: ({ dataset }) => count(dataset.count),
  seed: ({ dataset }) => ({ text: String(dataset.seed), value: dataset.seed }),
  commit: ({ commit, isDirty }) =>
    commit === null
      ? { missing: 'The run was made outside of a checkout.' }
      : text(`${commit.slice(0, COMMIT_CHARS)}${isDirty ? ' with local changes' : ''}`),
  version: ({ version }) => text(version),
  style: ({ request }) => text(request.style),
  prompt: ({ request }) => text(request.promptVersion),
  tokens: ({ request: { maxTokens } }) =>
    maxTokens === null ? { missing: 'The run set no limit of tokens.' } : count(maxTokens),
  contenders: ({ contenders }) => count(contenders.length),
  names: ({ contenders }) => text(new Intl.ListFormat('en-GB').format(contenders.map(({ name }) => name))),
  cpu: ({ machine }) => text(machine.cpu),
  cores: ({ machine }) => count(machine.cores),
  memory: ({ machine }) => ({
    text: formatResult(machine.memoryBytes, { unit: 'bytes', family: 'efficiency' }),
    value: machine.memoryBytes,
  }),
  gpu: ({ machine }) =>
    machine.gpu === null ? { missing: 'The machine had no GPU that was known.' } : text(machine.gpu),
  platform: ({ machine }) => text(machine.platform),
  remarks: record => {
    const remarks = remarksOf(record);
    return remarks.length > 0
      ? { text: remarks.join('\n'), value: null }
      : { missing: 'There are no remarks.' };
  },
};

export const RUN_FACTS: readonly string[] = Object.keys(FACTS);

/** Undefined where there is no such fact. */
export function readRunFact(name: string, record: RunRecord): RunFact | undefined {
  return Object.hasOwn(FACTS, name) ? FACTS[name]!(record) : undefined;
}

/** What has to stand beside the scores of a run: of its data set, and of contenders, each once and on one line. */
export function remarksOf({ dataset, contenders }: RunRecord): string[] {
  const byRemark = new Map<string, string[]>();
  for (const { name, identity } of contenders) {
    for (const remark of identity?.remarks ?? []) {
      byRemark.set(remark, [...(byRemark.get(remark) ?? []), name]);
    }
  }
  return [
    ...new Set(dataset.remarks),
    ...[...byRemark].map(([remark, names]) => `${names.join(', ')}: ${remark}`),
  ].map(oneLine);
}

/**
 * The remarks of a run that do not stand in the texts of a thread, whole. They may go on from one part to the next, with the
 * parts' numbers between.
 */
export function findMissingRemarks(record: RunRecord, texts: readonly string[]): string[] {
  const said = texts
    .map((text, index) => {
      const number = `${index + 1}/${texts.length}`;
      return text
        .replace(/\s+/g, ' ')
        .trim()
        .replace(new RegExp(`^${number} | ${number}$`), '');
    })
    .join(' ');
  return remarksOf(record)
    .filter(remark => !said.includes(remark))
    .map(
      remark =>
        `What has to stand beside the scores, as it is, is not in the thread: “${remark}” In a template {{run.remarks}} says it.`,
    );
}

/** Names in a run whose digits are no figures: "3b" in a model's. */
export function namesOf({ dataset, contenders }: RunRecord): string[] {
  const models = contenders.flatMap(({ name, identity }) =>
    identity ? [name, identity.model, identity.engine] : [name],
  );
  return [...new Set([dataset.name, ...models])];
}

/** A text that was made elsewhere does not end a part, nor a line. */
export function oneLine(given: string): string {
  return given.replace(/\s+/g, ' ').trim();
}

function text(value: string): RunFact {
  return { text: oneLine(value), value: null };
}

function count(value: number): RunFact {
  return { text: formatCount(value), value };
}
