import { getManyValues, isMany, none } from 'stream-chain/defs.js';
import { verifyFile } from 'stream-json/file/verifier.js';
import { jsonParser, type Token } from 'stream-json/parser.js';
import { DatasetError } from './dataset-error.ts';
import { readText } from './read-text.ts';

/** The longest text of one entry, in characters: an image as base64 fits. */
const LONGEST_ENTRY = 64 * 1024 * 1024;
/** Nested deeper than any format here, and far from what the parser's own depth costs. */
const DEEPEST = 64;

export interface JsonEntry {
  /** The list that it is an element of; null for a member of the outermost object, or an element of an outermost list. */
  readonly list: string | null;
  /** Position in the list from 0, or the member's name. */
  readonly key: number | string;
  readonly value: unknown;
}

export interface JsonShape {
  /** Members of the outermost object that are lists of entries. Other members are passed over, unless `members`. */
  readonly lists?: readonly string[];
  /** `scalars`: members that are no object and no list are entries, too; `all`: each member is one. */
  readonly members?: 'scalars' | 'all';
}

/**
 * The entries of a JSON file of any size, one after the other, in the file's order. Where the outermost value is a
 * list, its elements are the entries, whatever the shape says.
 *
 * @param onList told of each of `lists` as it is met, also of empty ones
 * @throws DatasetError `dataset-file`, or `dataset-format` with line and column where it is not JSON
 */
export async function* readJson(
  path: string,
  shape: JsonShape,
  options: { signal?: AbortSignal | undefined; onList?: (name: string) => void } = {},
): AsyncGenerator<JsonEntry, void> {
  const assembler = new EntryAssembler(path, shape, options.onList);
  const parse = jsonParser({ packValues: true, streamValues: false });
  let silent = 0;
  const take = async (text: string | typeof none): Promise<readonly Token[]> => {
    let parsed: unknown;
    try {
      parsed = parse(text as string);
    } catch (cause) {
      throw await locateFault(path, cause);
    }
    if (parsed === none) return [];
    return isMany(parsed) ? (getManyValues(parsed) as Token[]) : [parsed as Token];
  };
  for await (const text of readText(path, options.signal)) {
    const tokens = await take(text);
    for (const token of tokens) {
      const entry = assembler.add(token);
      if (entry) yield entry;
    }
    // A string that does not end yields no token, while the parser goes on collecting it.
    silent = tokens.length > 0 ? 0 : silent + text.length;
    if (silent > LONGEST_ENTRY) throw assembler.tooLong();
  }
  for (const token of await take(none)) {
    const entry = assembler.add(token);
    if (entry) yield entry;
  }
  if (!assembler.isWhole) throw await locateFault(path);
}

/** The parser does not say where it stopped; the same library's verifier does, at the price of a second reading. */
async function locateFault(path: string, cause?: unknown): Promise<DatasetError> {
  let where = 'it ends before it is complete. Download it again';
  try {
    await verifyFile(path);
  } catch (fault) {
    const { line, pos } = fault as { line?: number; pos?: number };
    if (line !== undefined)
      where = `line ${line}, column ${pos}. JSON knows no NaN, no comments and no commas at the end of a list; a file that was cut off has to be downloaded again`;
  }
  return new DatasetError('dataset-format', `${path} is not valid JSON: ${where}.`, { cause });
}

/** Builds values from tokens, as JSON.parse would, but hands them over entry by entry. */
class EntryAssembler {
  readonly #path: string;
  readonly #lists: ReadonlySet<string>;
  readonly #members: JsonShape['members'];
  readonly #onList: (name: string) => void;
  #outermost: 'list' | 'object' | null = null;
  #isDone = false;
  /** Members of the outermost value met so far, the present one last. */
  #index = -1;
  #member = '';
  /** The list of `lists` that is open, and the position of its present element. */
  #list: string | null = null;
  #position = -1;
  /** Containers that are open inside the present entry; empty between entries. */
  #open: { value: Record<string, unknown> | unknown[]; key: string }[] = [];
  /** Depth inside a member that is passed over. */
  #passing = 0;
  #length = 0;

  constructor(path: string, { lists, members }: JsonShape, onList: (name: string) => void = () => {}) {
    this.#path = path;
    this.#lists = new Set(lists);
    this.#members = members;
    this.#onList = onList;
  }

  get isWhole(): boolean {
    return this.#isDone;
  }

  add(token: Token): JsonEntry | null {
    switch (token.name) {
      case 'startObject':
      case 'startArray':
        return this.#start(token.name === 'startArray');
      case 'endObject':
      case 'endArray':
        return this.#end();
      case 'keyValue':
        this.#weigh(token.value.length);
        if (this.#open.length > 0) this.#open.at(-1)!.key = token.value;
        else if (this.#passing === 0) this.#member = token.value;
        return null;
      case 'stringValue':
        this.#weigh(token.value.length);
        return this.#scalar(token.value);
      case 'numberValue':
        return this.#scalar(Number(token.value));
      case 'nullValue':
      case 'trueValue':
      case 'falseValue':
        return this.#scalar(token.value);
      default:
        return null;
    }
  }

  tooLong(): DatasetError {
    return new DatasetError(
      'dataset-format',
      `${this.#path}: ${this.#place()} is longer than ${LONGEST_ENTRY.toLocaleString('en')} characters, which no entry of a data set should be. Check that the file is what it is taken for.`,
    );
  }

  #start(isList: boolean): JsonEntry | null {
    if (this.#outermost === null) {
      this.#outermost = isList ? 'list' : 'object';
      return null;
    }
    if (this.#passing > 0) {
      this.#passing++;
      return null;
    }
    if (this.#open.length === 0 && this.#list === null && this.#outermost === 'object') {
      if (this.#lists.has(this.#member)) {
        if (!isList)
          throw new DatasetError(
            'dataset-format',
            `${this.#path}: ${this.#member} is no list. Check that the file has the form that was named.`,
          );
        this.#list = this.#member;
        this.#position = -1;
        this.#onList(this.#member);
        return null;
      }
      if (this.#members !== 'all') {
        this.#passing = 1;
        return null;
      }
    }
    if (this.#open.length === 0) this.#begin();
    if (this.#open.length >= DEEPEST)
      throw new DatasetError(
        'dataset-format',
        `${this.#path}: ${this.#place()} is nested more than ${DEEPEST} deep. Check that the file is what it is taken for.`,
      );
    this.#open.push({ value: isList ? [] : {}, key: '' });
    return null;
  }

  #end(): JsonEntry | null {
    if (this.#passing > 0) {
      this.#passing--;
      return null;
    }
    const ended = this.#open.pop();
    if (ended) return this.#open.length === 0 ? this.#entry(ended.value) : this.#put(ended.value);
    if (this.#list !== null) this.#list = null;
    else this.#isDone = true;
    return null;
  }

  #scalar(value: unknown): JsonEntry | null {
    if (this.#outermost === null) {
      this.#isDone = true;
      return null;
    }
    if (this.#passing > 0) return null;
    if (this.#open.length > 0) return this.#put(value);
    if (this.#list === null && this.#outermost === 'object') {
      // `"annotations": null` stands for a list that is not there.
      if (this.#lists.has(this.#member) || this.#members === undefined) return null;
    }
    this.#begin();
    return this.#entry(value);
  }

  #begin(): void {
    this.#length = 0;
    if (this.#list === null) this.#index++;
    else this.#position++;
  }

  #entry(value: unknown): JsonEntry {
    if (this.#list !== null) return { list: this.#list, key: this.#position, value };
    return { list: null, key: this.#outermost === 'list' ? this.#index : this.#member, value };
  }

  #put(value: unknown): null {
    const { value: container, key } = this.#open.at(-1)!;
    if (Array.isArray(container)) container.push(value);
    // Not by assignment, which would set the prototype where the key is __proto__.
    else
      Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
    return null;
  }

  #weigh(length: number): void {
    this.#length += length;
    if (this.#open.length > 0 && this.#length > LONGEST_ENTRY) throw this.tooLong();
  }

  #place(): string {
    if (this.#list !== null) return `${this.#list}[${Math.max(0, this.#position)}]`;
    return this.#outermost === 'list' ? `[${Math.max(0, this.#index)}]` : this.#member || 'its first entry';
  }
}
