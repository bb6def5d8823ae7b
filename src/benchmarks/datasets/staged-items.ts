import { createHash } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { count } from '../../metrics/captions/caption-warnings.ts';
import type { BenchmarkDataset, BenchmarkItem, DescriptionGap } from '../dataset.ts';
import { DatasetError } from './dataset-error.ts';

/** Longer texts would take minutes in ROUGE-L, whose time is the product of both lengths. */
const LONGEST_REFERENCE = 50_000;
const LONGEST_ID = 1000;
/** Rows that an error names. */
const NAMED = 5;
/** Characters of a row's name and of its fault. */
const LONGEST_SHOWN = 300;
/** After so many the file is of another form, and the rest says nothing new. */
const MOST_FAULTS = 1000;
/** Items in memory at once while a set is gone through. */
const PAGE = 128;
/** KiB of SQLite's cache; what is beyond lies in a temporary file. */
const CACHE_KIB = 8 * 1024;

/** What a loader knows of its set beyond the items. */
export interface DatasetDescription extends Pick<BenchmarkDataset, 'name' | 'split' | 'task'> {
  readonly remarks: readonly string[];
}

/** An item without its references, which may come before it or long after it. */
export interface StagedItem {
  readonly id: string;
  readonly image: string | null;
  readonly group?: string | null;
  readonly gap?: DescriptionGap | null;
}

/**
 * Items and references on their way from a file to a data set. They lie in a temporary database of SQLite's, which
 * keeps some MiB in memory and removes its file when the process ends, however it ends. So a set may be of any size,
 * may hold its references in another order than its items (COCO's do), and stays what its hash says even if its file
 * is changed during a run.
 *
 * Wrong rows are collected, so that one look at the error shows more than the first.
 */
export class StagedItems {
  readonly #path: string;
  readonly #database = new DatabaseSync('');
  readonly #insertItem: StatementSync;
  readonly #insertReference: StatementSync;
  readonly #readItem: StatementSync;
  readonly #faults: string[] = [];
  #faultCount = 0;

  /** @param path how errors call the file */
  constructor(path: string) {
    this.#path = path;
    this.#database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -${CACHE_KIB};
      CREATE TABLE item (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, image TEXT, part TEXT, seconds REAL, playback TEXT
      );
      CREATE TABLE reference (item TEXT NOT NULL, text TEXT NOT NULL);
      BEGIN;
    `);
    this.#insertItem = this.#database.prepare(
      'INSERT OR IGNORE INTO item (id, image, part, seconds, playback) VALUES (?, ?, ?, ?, ?)',
    );
    this.#insertReference = this.#database.prepare('INSERT INTO reference VALUES (?, ?)');
    this.#readItem = this.#database.prepare('SELECT image, part FROM item WHERE id = ?');
  }

  /** @param place where the row is, as errors name it: `annotations[7]`, `line 12` */
  add({ id, image, group = null, gap = null }: StagedItem, place: string): void {
    if (!this.#isSoundId(id, place)) return;
    const { changes } = this.#insertItem.run(id, image, group, gap?.seconds ?? null, gap?.playback ?? null);
    if (changes === 0) this.reject(place, `the id ${id} is there twice`);
  }

  /** What is known of an item so far; undefined where there is none. */
  find(id: string): { readonly image: string | null; readonly group: string | null } | undefined {
    const row = this.#readItem.get(id) as { image: string | null; part: string | null } | undefined;
    return row && { image: row.image, group: row.part };
  }

  /** @param id of an item that has come or will come */
  addReference(id: string, text: string, place: string): void {
    if (!/[\p{L}\p{N}]/u.test(text)) {
      this.reject(place, 'the text holds no word');
    } else if (text.length > LONGEST_REFERENCE) {
      this.reject(
        place,
        `the text has ${text.length.toLocaleString('en')} characters, and at most ${LONGEST_REFERENCE.toLocaleString('en')} are scored`,
      );
    } else {
      this.#insertReference.run(id, text);
    }
  }

  /** Makes items without an image of those that only references name, in the order of their first reference. */
  addItemsOfReferences(): void {
    this.#database.exec(
      'INSERT OR IGNORE INTO item (id) SELECT item FROM reference GROUP BY item ORDER BY min(rowid)',
    );
  }

  /**
   * Notes that a row is wrong.
   *
   * @throws DatasetError at once where there are too many
   */
  reject(place: string, fault: string): void {
    this.#faultCount++;
    if (this.#faults.length < NAMED)
      this.#faults.push(`${place.slice(0, LONGEST_SHOWN)}: ${fault.slice(0, LONGEST_SHOWN)}`);
    if (this.#faultCount >= MOST_FAULTS) this.#requireSound();
  }

  /**
   * Counts and hashes what has come.
   *
   * @throws DatasetError `dataset-format` where rows are wrong, or none came
   */
  async seal(
    { remarks, ...description }: DatasetDescription,
    signal?: AbortSignal,
  ): Promise<BenchmarkDataset> {
    this.#requireSound();
    // Sorted once, so that going through the set reads the file from its beginning to its end.
    this.#database.exec(`
      CREATE TABLE sorted (item INTEGER, number INTEGER, text TEXT, PRIMARY KEY (item, number)) WITHOUT ROWID;
      INSERT INTO sorted SELECT item.position, reference.rowid, reference.text
        FROM reference JOIN item ON item.id = reference.item ORDER BY 1, 2;
      COMMIT;
    `);
    this.#requireItems();
    this.#database.exec('DROP TABLE reference');
    const total = this.#number('SELECT count(*) AS number FROM item');
    if (total === 0)
      throw new DatasetError(
        'dataset-format',
        `${this.#path} holds no item. Check that it has the form that was named.`,
      );
    const bare = total - this.#number('SELECT count(DISTINCT item) AS number FROM sorted');
    const database = this.#database;
    return {
      ...description,
      count: total,
      hash: await hashItems(database, total, signal),
      remarks: bare === 0 ? remarks : [...remarks, describeBare(bare, total)],
      items: aborted => readItems(database, total, aborted),
    };
  }

  /** Frees the memory at once where loading failed; otherwise it goes with the process. */
  discard(): void {
    this.#database.close();
  }

  #isSoundId(id: string, place: string): boolean {
    if (id.trim() === '' || id.length > LONGEST_ID) {
      this.reject(place, `the id has to be of 1 to ${LONGEST_ID.toLocaleString('en')} characters`);
      return false;
    }
    // What pandas and others write where there was no id.
    if (/^(?:nan|null|none|undefined)$/i.test(id.trim())) {
      this.reject(place, `"${id}" is no id`);
      return false;
    }
    return true;
  }

  #requireSound(): void {
    if (this.#faultCount === 0) return;
    const more = this.#faultCount - this.#faults.length;
    const all = `${count(this.#faultCount, 'row')}${this.#faultCount >= MOST_FAULTS ? ' and perhaps more' : ''}`;
    throw new DatasetError(
      'dataset-format',
      `${this.#path}: ${all} cannot be used. ${this.#faults.join('; ')}${more > 0 ? `; and ${more.toLocaleString('en')} more` : ''}. Correct the file, or take it anew from its source.`,
    );
  }

  /** Every reference belongs to an item that came. */
  #requireItems(): void {
    if (
      this.#number('SELECT (SELECT count(*) FROM reference) - (SELECT count(*) FROM sorted) AS number') === 0
    )
      return;
    const orphans = this.#database
      .prepare('SELECT DISTINCT item FROM reference WHERE item NOT IN (SELECT id FROM item) LIMIT ?')
      .all(NAMED) as { item: string }[];
    throw new DatasetError(
      'dataset-format',
      `${this.#path} holds texts of images that it does not list: ${orphans.map(({ item }) => item).join(', ')}${orphans.length === NAMED ? ', …' : ''}. Check that the file is complete.`,
    );
  }

  #number(sql: string): number {
    return (this.#database.prepare(sql).get() as { number: number }).number;
  }
}

/**
 * The hash of the contract: each item as a line of JSON, `[id, [references], group, [seconds, playback] or null]`, ended
 * by a line feed, in the set's order, as UTF-8. Images are not in it: they may lie anywhere.
 */
async function hashItems(database: DatabaseSync, total: number, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const { id, references, group, gap } of readItems(database, total, signal))
    hash.update(`${JSON.stringify([id, references, group, gap && [gap.seconds, gap.playback]])}\n`);
  return hash.digest('hex');
}

/** By pages, so that no query stays open while an item is worked on. */
async function* readItems(
  database: DatabaseSync,
  total: number,
  signal?: AbortSignal,
): AsyncGenerator<BenchmarkItem, void> {
  const readPage = database.prepare(
    'SELECT position, id, image, part, seconds, playback FROM item WHERE position > ? ORDER BY position LIMIT ?',
  );
  const readTexts = database.prepare(
    'SELECT item, text FROM sorted WHERE item > ? AND item <= ? ORDER BY item, number',
  );
  for (let last = 0; last < total; ) {
    // SQLite is synchronous: without this a large set would hold up everything else, the signal too.
    await setImmediate(undefined, { signal });
    const page = readPage.all(last, PAGE) as unknown as ItemRow[];
    const end = page.at(-1)!.position;
    const references = new Map<number, string[]>(page.map(({ position }) => [position, []]));
    for (const { item, text } of readTexts.all(last, end) as unknown as TextRow[])
      references.get(item)!.push(text);
    last = end;
    for (const { position, id, image, part, seconds, playback } of page)
      yield {
        id,
        image,
        references: references.get(position)!,
        group: part,
        gap: playback && { seconds: seconds!, playback },
      };
  }
}

interface TextRow {
  readonly item: number;
  readonly text: string;
}

interface ItemRow {
  readonly position: number;
  readonly id: string;
  readonly image: string | null;
  readonly part: string | null;
  readonly seconds: number | null;
  readonly playback: DescriptionGap['playback'] | null;
}

function describeBare(bare: number, total: number): string {
  return bare === total
    ? 'It holds no reference texts: measures that compare with references are not computed.'
    : `${count(bare, 'item')} of ${total.toLocaleString('en')} ${bare === 1 ? 'has' : 'have'} no reference text.`;
}
