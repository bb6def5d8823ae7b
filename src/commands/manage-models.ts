import { NarratorError } from '../errors.ts';
import { formatBytes, readSystemMemory, type SystemMemory } from '../inference/memory.ts';
import { defaultCacheFolder } from '../inference/model-cache.ts';
import { ModelError } from '../inference/model-error.ts';
import { chooseDevices, type WantedDevice } from '../inference/models/choose-device.ts';
import { chooseDtypes, onnxBytes, type WantedDtype } from '../inference/models/dtypes.ts';
import { type HubSettings, readHubSettings } from '../inference/models/hub-settings.ts';
import { listFormats } from '../inference/models/list-formats.ts';
import { estimateMemory, type Fit, fitOf } from '../inference/models/memory-need.ts';
import { listStored, removeStored, type StoredFolder } from '../inference/models/model-store.ts';
import { pullModel, requireHubId } from '../inference/models/pull-model.ts';
import { verifyModel } from '../inference/models/verify-model.ts';
import { formatTable } from './format-table.ts';
import { startPullDisplay } from './pull-progress.ts';
import { ExitStatus, paint, type Terminal } from './terminal.ts';

export interface PullArguments {
  readonly revision?: string;
  readonly device: WantedDevice;
  readonly dtype?: WantedDtype;
}

const START_WITH = 'narrator models pull HuggingFaceTB/SmolVLM-256M-Instruct';

function requireOnline({ offline }: HubSettings, model: string): void {
  if (!offline) return;
  throw new ModelError(
    'model-offline',
    `${model} cannot be asked for: nothing may be downloaded.`,
    'Unset NARRATOR_OFFLINE and HF_HUB_OFFLINE.',
  );
}

/** @throws ModelError; the signal's reason when aborted */
export async function pull(terminal: Terminal, model: string, options: PullArguments): Promise<void> {
  const { stdout, stderr, signal, env } = terminal;
  const hub = readHubSettings(env);
  requireHubId(model);
  requireOnline(hub, model);
  const [device] = await chooseDevices(options.device, signal);
  const display = startPullDisplay(terminal, model);
  try {
    const { folder, manifest } = await pullModel(
      {
        ...hub,
        ...options,
        model,
        device: device!,
        cacheFolder: defaultCacheFolder(env),
        onProgress: display.show,
        onWait: () => stderr.write(`${model}: another process is downloading it; waiting.\n`),
      },
      signal,
    );
    display.stop();
    const bytes = manifest.files.reduce((total, { size }) => total + size, 0);
    stdout.write(`${model}@${manifest.commit.slice(0, 12)} is whole: ${formatBytes(bytes)} in ${folder}\n`);
  } finally {
    display.stop();
  }
}

interface ListedModel {
  readonly model: string;
  readonly revision: string;
  readonly format: string | null;
  readonly bytes: number | null;
  readonly licence: string | null;
  readonly family: string | null;
  readonly memoryBytes: number | null;
  readonly fits: Fit | null;
}

/** @throws ModelError; the signal's reason when aborted */
export async function listModels(
  terminal: Terminal,
  model: string | undefined,
  { json = false, revision = 'main' }: { json?: boolean; revision?: string },
): Promise<void> {
  const memory = await readSystemMemory();
  const rows =
    model === undefined
      ? (await listStored(defaultCacheFolder(terminal.env))).map(stored => listStoredModel(stored, memory))
      : await listHubModel(terminal, memory, model, revision);
  if (json) {
    for (const row of rows) terminal.stdout.write(`${JSON.stringify(row)}\n`);
    return;
  }
  if (rows.length === 0) {
    terminal.stdout.write(
      model === undefined
        ? `There is no model on this machine. A small one to start with: ${START_WITH}\n`
        : `${model} has no format in which all its parts are there.\n`,
    );
    return;
  }
  terminal.stdout.write(describeModels(rows));
}

function listStoredModel({ model, commit, manifest }: StoredFolder, memory: SystemMemory): ListedModel {
  const unknown = { format: null, bytes: null, licence: null, family: null, memoryBytes: null, fits: null };
  const revision = commit.slice(0, 12);
  if (!manifest) return { model, revision, ...unknown };
  const files = new Map(manifest.files.map(({ path, size }) => [path, size]));
  const { licence, family } = manifest;
  const bytes = [...files.values()].reduce((total, size) => total + size, 0);
  let dtypes: ReturnType<typeof chooseDtypes>;
  try {
    dtypes = chooseDtypes(model, manifest.parts, new Set(files.keys()), 'cpu');
  } catch {
    // Only in formats for a graphics card, whose memory is not looked at.
    return { model, revision, ...unknown, bytes, licence, family };
  }
  const memoryBytes = estimateMemory(onnxBytes(files, dtypes));
  const format = [...new Set(Object.values(dtypes))].join('+');
  return { model, revision, format, bytes, licence, family, memoryBytes, fits: fitOf(memoryBytes, memory) };
}

async function listHubModel(
  terminal: Terminal,
  memory: SystemMemory,
  model: string,
  revision: string,
): Promise<ListedModel[]> {
  const hub = readHubSettings(terminal.env);
  requireHubId(model);
  requireOnline(hub, model);
  const {
    commit,
    family,
    licence = null,
    formats,
  } = await listFormats(hub, model, revision, terminal.signal);
  return formats.map(({ dtype, onnxBytes: bytes }) => {
    const memoryBytes = estimateMemory(bytes);
    return {
      model,
      revision: commit.slice(0, 12),
      format: dtype,
      bytes,
      licence,
      family,
      memoryBytes,
      fits: fitOf(memoryBytes, memory),
    };
  });
}

function describeModels(rows: readonly ListedModel[]): string {
  const header = ['MODEL', 'REVISION', 'FORMAT', 'SIZE', 'LICENCE', 'FAMILY', 'MEMORY', 'HERE'];
  const lines = rows.map(row => [
    row.model,
    row.revision,
    row.format ?? '-',
    row.bytes === null ? '-' : formatBytes(row.bytes),
    row.licence ?? 'unknown',
    row.family ?? '-',
    row.memoryBytes === null ? '-' : `about ${formatBytes(row.memoryBytes)}`,
    row.fits ?? (row.bytes === null ? 'not whole: pull it again' : 'not known'),
  ]);
  return formatTable(header, lines);
}

/** @throws ExitStatus 1 where something is wrong with one of them; NarratorError where one is not here */
export async function verify(terminal: Terminal, models: readonly string[]): Promise<void> {
  const { stdout, stderr, signal, env } = terminal;
  const stored = await listStored(defaultCacheFolder(env));
  for (const model of models) requireStored(stored, model);
  let damaged = false;
  for (const { model, commit, folder, manifest } of stored) {
    if (models.length > 0 && !models.includes(model)) continue;
    const name = `${model}@${commit.slice(0, 12)}`;
    const faults = manifest ? await verifyModel({ folder, manifest }, signal) : undefined;
    if (faults?.length === 0) {
      stdout.write(`${name}: ${manifest!.files.length} files, all whole\n`);
      continue;
    }
    damaged = true;
    const lines = faults?.map(({ path, fault }) => `${path}: ${fault}`) ?? ['not downloaded to its end'];
    for (const line of lines) stdout.write(`${name}: ${line}\n`);
    stderr.write(`${paint(stderr, 'red', 'narrator:')} Mend it with "narrator models pull ${model}".\n`);
  }
  if (damaged) throw new ExitStatus(1);
}

/** @throws NarratorError where one is not here */
export async function remove({ stdout, env }: Terminal, models: readonly string[]): Promise<void> {
  const cacheFolder = defaultCacheFolder(env);
  const stored = await listStored(cacheFolder);
  for (const model of models) requireStored(stored, model);
  for (const model of models) {
    await removeStored(cacheFolder, model);
    stdout.write(`${model} is removed.\n`);
  }
}

function requireStored(stored: readonly StoredFolder[], model: string): void {
  if (stored.some(entry => entry.model === model)) return;
  throw new NarratorError(
    'model-missing',
    `${model} is not on this machine: "narrator models list" shows what is.`,
  );
}
