import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunFolder } from '../../src/benchmarks/run-folder.ts';
import { draft } from '../../src/commands/launch/draft.ts';
import { preview } from '../../src/commands/launch/preview.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makePrediction } from '../benchmarks/make-run.ts';
import { makeFinished, makeScores } from '../launch/thread/make-scores.ts';
import { runNarrator } from './run-narrator.ts';

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'narrator-launch-'));
  env = { NARRATOR_DATA: folder, NO_COLOR: '1' };
  const runs = openRunFolder(join(folder, 'benchmarks'));
  const now = Date.now();
  const record = makeFinished({ createdAt: now - 3000, finishedAt: now - 2000 });
  await runs.write(record);
  for (const { name } of record.contenders) {
    await runs.append(record, name, makePrediction('1', { at: now - 2500 }));
  }
  await runs.writeScores({ ...makeScores(record), computedAt: now - 1000 });
  const unmeasured = makeFinished({ id: 'unmeasured', createdAt: 1, finishedAt: 2 });
  await runs.write(unmeasured);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('narrator launch', () => {
  it('drafts the newest run, keeps it, and shows it as it will be posted', async () => {
    const drafted = await runNarrator(
      ['launch', 'draft', '--title', 'A thread', '--post-at', '2999-12-01 09:00 Europe/Berlin', '--json'],
      { env },
    );
    expect(drafted).toMatchObject({ status: 0, stderr: '' });
    const json = JSON.parse(drafted.stdout);
    const { id } = json;

    const pictures = join(folder, 'pictures');
    const shown = await runNarrator(['launch', 'preview', id, '--png', pictures], { env });
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^A thread {2}\(t-.*, revision 1, draft\)/);
    expect(shown.stdout).toMatch(/── 1 of \d · \d+\/280 · \$0\.015 ─/);
    expect(shown.stdout).toContain(
      'embedded: 25.0 per 100 words\nvlm:org/seer-3b-v1.5: 21.7 per 100 words\n2/7',
    );
    expect(shown.stdout).toMatch(/Alt text: Bar chart: Adjectives that the picture bears out, per 100 words/);
    expect(shown.stdout).toMatch(/Cost: \$0\.\d{3} for \d posts\nHash: [0-9a-f]{64}\nApproval: none yet\n/);
    expect(shown.stdout).toContain('To be posted: not before 2999-12-01 08:00 UTC');
    expect(shown.stdout).toMatch(/ {2}25\.0 per 100 words {2}run:.*\/embedded\/supportedPer100Words/);
    const file = join(pictures, '2-1-supportedPer100Words.png');
    expect(shown.stdout).toContain(file);

    const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
    const row = (await store.launch.thread(id))!;
    const [audit] = await store.launch.auditTrail(`thread:${id}`, 1);
    await store.close();
    expect(json).toMatchObject({ isIntact: true, isApproved: false, contentHash: row.contentHash });
    const [picture] = row.content.parts[1]!.pictures;
    expect((await readFile(file)).toString('base64')).toBe(picture!.pngBase64);
    expect(audit).toMatchObject({ action: 'draft', actor: expect.stringMatching(/^cli:./) });
  });

  it('shows what a link costs, and which account a post would call', async () => {
    const template = join(folder, 'template.txt');
    await writeFile(
      template,
      'See https://example.org/report and ask @somebody, of {{run.images}} images.\n',
    );
    const { stdout } = await runNarrator(['launch', 'draft', '--template', template], { env });
    expect(stdout).toContain('· $0.200 (with a link)');
    expect(stdout).toContain('Calls @somebody.');
    expect(stdout).toMatch(
      /Kept as a draft; nothing is posted\. To see it again: narrator launch preview t-\d{8}-[0-9a-f]{6}\n$/,
    );
  });

  it('says what is wrong with a template, a time and a run, and keeps nothing', async () => {
    const template = join(folder, 'false.txt');
    await writeFile(template, 'It has 9.88 adjectives.\n\nThe best, on {{run.imgaes}} images.\n');
    // One process tells of the exit status; the rest needs none.
    const late = await runNarrator(['launch', 'draft', '--post-at', '2026-03-29 02:30 Europe/Berlin'], {
      env,
    });
    expect(late).toMatchObject({ status: 2, stderr: expect.stringContaining('the clock is put forward') });
    const terminal = { env, stdout: new PassThrough() } as object as Terminal;
    await expect(draft(terminal, { run: 'latest', template })).rejects.toThrow(
      /Line 1 has the figure “9\.88”(?:.|\n)*Line 3 compares \(“best”\)(?:.|\n)*\{\{run\.imgaes}} is nothing/,
    );
    await expect(draft(terminal, { run: 'unmeasured' })).rejects.toThrow('has not been measured');
    await expect(draft(terminal, { run: 'nosuch' })).rejects.toThrow('There is no run nosuch');
    await expect(preview(terminal, 't-1', {})).rejects.toThrow('There is no thread t-1');
    const store = await openStore({ kind: 'sqlite', file: join(folder, 'narrator.sqlite') });
    const kept = await store.launch.threads(10);
    await store.close();
    expect(kept).toHaveLength(2);
  });

  it('does not draft a run that is too old by the launch file', async () => {
    const other = join(folder, 'old');
    await mkdir(other);
    const runs = openRunFolder(join(other, 'benchmarks'));
    const at = Date.now() - 3 * 86_400_000;
    const record = makeFinished({ createdAt: at, finishedAt: at });
    await runs.write(record);
    await runs.writeScores(makeScores(record));
    const launchFile = join(other, 'launch.json');
    await writeFile(launchFile, JSON.stringify({ approval: { staleDays: 2 } }));
    const old = { NARRATOR_DATA: other, NARRATOR_LAUNCH: launchFile };
    const terminal = { env: old, stdout: new PassThrough() } as object as Terminal;
    await expect(draft(terminal, { run: 'latest' })).rejects.toThrow(
      /ended 3 days ago; after 2 days a run is stale/,
    );
  });
});
