import { openRunFolder } from '../../benchmarks/run-folder.ts';
import type { RunRecord, StoredPrediction } from '../../benchmarks/run-record.ts';
import { readBenchmarkSettings } from '../../config/env.ts';
import { formatBytes } from '../../inference/memory.ts';
import { formatTable } from '../format-table.ts';
import { paint, type Terminal } from '../terminal.ts';

interface ShowOptions {
  readonly json?: boolean;
  readonly folder?: string;
}

/** @throws NarratorError */
export async function listRuns(terminal: Terminal, { json, folder }: ShowOptions): Promise<void> {
  const { env, stdout, stderr } = terminal;
  const runs = openRunFolder(folder ?? readBenchmarkSettings(env).folder);
  const { runs: records, unreadable } = await runs.list();
  for (const name of unreadable)
    stderr.write(
      `${paint(stderr, 'yellow', 'note:')} ${name} cannot be read: narrator bench show ${name} says why.\n`,
    );
  if (json) {
    for (const record of records) stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  if (records.length === 0) {
    stdout.write(
      'There are no runs yet: narrator bench run --dataset samples --contender embedded makes one.\n',
    );
    return;
  }
  stdout.write(
    formatTable(
      ['Run', 'State', 'Data set', 'Images', 'Contenders'],
      records.map(({ id, state, dataset, contenders }) => [
        id,
        state === 'finished' ? 'finished' : 'unfinished',
        `${dataset.name}, ${dataset.split}`,
        String(dataset.sampled),
        contenders.map(({ name }) => name).join(', '),
      ]),
    ),
  );
}

/** @throws NarratorError */
export async function showRun(terminal: Terminal, id: string, { json, folder }: ShowOptions): Promise<void> {
  const { env, stdout } = terminal;
  const runs = openRunFolder(folder ?? readBenchmarkSettings(env).folder);
  const record = await runs.read(id);
  const scores = await runs.scores(record.id);
  const progress: Progress[] = [];
  for (const { name } of record.contenders)
    progress.push(countOf(name, record, await runs.predictions(record, name)));
  if (json) {
    stdout.write(`${JSON.stringify({ record, progress, scores }, null, 2)}\n`);
    return;
  }
  stdout.write(`${describeRun(record)}\n${describeProgress(record, progress)}`);
  for (const { name, identity } of record.contenders)
    for (const remark of identity?.remarks ?? []) stdout.write(`${name}: ${remark}\n`);
}

interface Progress {
  readonly contender: string;
  readonly answered: number;
  readonly failed: number;
  readonly pending: number;
  /** Of failures, by code. */
  readonly faults: Readonly<Record<string, number>>;
  /** Null where nobody told. */
  readonly costUsd: number | null;
}

function countOf(
  contender: string,
  { dataset }: RunRecord,
  predictions: readonly StoredPrediction[],
): Progress {
  const faults: Record<string, number> = {};
  for (const { error } of predictions) if (error) faults[error.code] = (faults[error.code] ?? 0) + 1;
  const failed = predictions.filter(({ error }) => error !== null).length;
  const costs = predictions.flatMap(({ usage }) => usage?.costUsd ?? []);
  return {
    ...{ contender, faults, failed, answered: predictions.length - failed },
    pending: dataset.sampled - predictions.length,
    costUsd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
  };
}

function describeRun(record: RunRecord): string {
  const { id, state, createdAt, commit, isDirty, version, dataset, request, machine, versions } = record;
  const lines: [string, string][] = [
    ['Run', `${id}, ${state === 'finished' ? 'finished' : 'not finished'}`],
    ['Begun', `${new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    [
      'Program',
      `${version}, commit ${commit?.slice(0, 12) ?? 'not known'}${isDirty ? ', with changes' : ''}`,
    ],
    [
      'Data set',
      `${dataset.name}, ${dataset.split}: ${dataset.sampled} of ${dataset.count}${dataset.sampled < dataset.count ? ` (seed ${dataset.seed})` : ''}, SHA-256 ${dataset.hash}`,
    ],
    [
      'Request',
      `style ${request.style}, prompt ${request.promptVersion}, at most ${request.maxTokens ?? 'any number of'} tokens, ${request.atOnce ?? 1} at once`,
    ],
    [
      'Machine',
      `${machine.cores} × ${machine.cpu}, ${formatBytes(machine.memoryBytes)}, ${machine.gpu ?? 'no graphics card known'}, ${machine.platform}`,
    ],
    [
      'Versions',
      Object.entries(versions)
        .map(pair => pair.join(' '))
        .join(', '),
    ],
  ];
  return [...lines.map(([head, text]) => `${head.padEnd(9)} ${text}`), ...dataset.remarks, ''].join('\n');
}

function describeProgress(record: RunRecord, progress: readonly Progress[]): string {
  return formatTable(
    ['Contender', 'Model', 'Revision', 'Answered', 'Failed', 'Missing', 'Cost'],
    progress.map(({ contender, answered, failed, pending, faults, costUsd }) => {
      const { identity } = record.contenders.find(({ name }) => name === contender)!;
      const codes = Object.entries(faults).map(([code, number]) => `${number} ${code}`);
      return [
        contender,
        identity?.model ?? 'not loaded yet',
        identity?.revision?.slice(0, 12) ?? 'not known',
        String(answered),
        `${failed}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`,
        String(pending),
        costUsd === null ? 'not told' : `US$${costUsd.toFixed(4)}`,
      ];
    }),
  );
}
