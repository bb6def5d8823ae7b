import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Exchange, ExchangeRecorder } from '../../src/sandbox/exchange.ts';

/** Where an exchange is not as the platform's own description says. */
export interface ConformanceFault {
  readonly where: string;
  readonly what: string;
}

type Node = Readonly<Record<string, unknown>>;

/** Formats of the platforms' own, which say nothing beyond the pattern that stands beside them. */
const OWN_FORMATS = ['snowflake', 'nonce'];
const ROOT = 'description';
const MAX_ERRORS = 5;

/**
 * Validates exchanges against an OpenAPI description, 3.1 or 3.0 (whose schemas are those of JSON Schema, but for `nullable`,
 * which ajv knows, and for what none of these descriptions use): queries, the bodies of requests, and those of responses for
 * their status. As a recorder it keeps what it finds.
 */
export class OpenApiConformance implements ExchangeRecorder {
  readonly faults: ConformanceFault[] = [];
  /** Operations that were used and are not in the description, once each. */
  readonly missing = new Set<string>();
  /** Operations that were validated, with the statuses that they answered. */
  readonly seen = new Map<string, Set<number>>();
  readonly #description: Node;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(description: Node) {
    if (!/^3\.[01]\./.test(String(description.openapi))) throw new Error('Not an OpenAPI 3 description.');
    this.#description = description;
    // Not strict: descriptions use keywords of OpenAPI beside those of JSON Schema.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, coerceTypes: false });
    addFormats.default(this.#ajv);
    for (const format of OWN_FORMATS) this.#ajv.addFormat(format, true);
    this.#ajv.addSchema(description, ROOT);
  }

  onExchange(exchange: Exchange): void {
    const operation = `${exchange.method} ${exchange.path ?? new URL(exchange.url).pathname}`;
    const pointer = ['paths', exchange.path ?? '', exchange.method.toLowerCase()];
    if (this.#find(pointer) === undefined) {
      this.missing.add(operation);
      return;
    }
    this.seen.set(operation, (this.seen.get(operation) ?? new Set()).add(exchange.status));
    const report = (part: string) => (what: string) =>
      this.faults.push({ where: `${operation} ${exchange.status} ${part}`, what });
    // What was refused need not be a valid request: that is what it was refused for.
    if (exchange.status < 400) {
      this.#checkQuery(pointer, exchange, report('query'));
      this.#checkRequest(pointer, exchange, report('request'));
    }
    this.#checkResponse(pointer, exchange, report('response'));
  }

  #checkQuery(pointer: readonly string[], exchange: Exchange, report: (what: string) => void): void {
    const declared = ((this.#find([...pointer, 'parameters']) ?? []) as Node[]).map(node =>
      this.#deref(node),
    );
    for (const [name, text] of new URL(exchange.url).searchParams) {
      const parameter = declared.find(each => each.in === 'query' && each.name === name);
      if (parameter === undefined) {
        report(`the parameter ${name} is not declared`);
        continue;
      }
      const { type } = this.#deref(parameter.schema as Node);
      const value = readParameter(text, type);
      const at = [...pointer, 'parameters', String(declared.indexOf(parameter))];
      const { $ref } = this.#find(at) as { $ref?: string };
      this.#validate([...($ref === undefined ? at : fromReference($ref)), 'schema'], value, report);
    }
  }

  #checkRequest(pointer: readonly string[], exchange: Exchange, report: (what: string) => void): void {
    const content = this.#find([...pointer, 'requestBody', 'content']) as Node | undefined;
    if (content === undefined) {
      if (exchange.requestBody !== null) report('a body where none is declared');
      return;
    }
    const [type = 'application/json'] = (exchange.requestHeaders['content-type'] ?? '').split(';');
    if (content[type] === undefined) {
      report(`a body of the type "${type}", which is not declared`);
      return;
    }
    this.#validate([...pointer, 'requestBody', 'content', type, 'schema'], exchange.requestBody, report);
  }

  #checkResponse(pointer: readonly string[], exchange: Exchange, report: (what: string) => void): void {
    const responses = this.#find([...pointer, 'responses']) as Node;
    const status = String(exchange.status);
    const key = [status, `${status[0]}XX`, 'default'].find(each => responses[each] !== undefined);
    if (key === undefined) {
      report('the status is not declared');
      return;
    }
    const { $ref } = responses[key] as { $ref?: string };
    const at = $ref === undefined ? [...pointer, 'responses', key] : fromReference($ref);
    if (this.#find([...at, 'content']) === undefined) {
      if (exchange.responseBody !== null) report('a body where none is declared');
      return;
    }
    this.#validate([...at, 'content', 'application/json', 'schema'], exchange.responseBody, report);
  }

  #validate(pointer: readonly string[], value: unknown, report: (what: string) => void): void {
    const reference = `${ROOT}#/${pointer.map(escapePointer).join('/')}`;
    const validator = this.#validators.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#validators.set(reference, validator);
    if (validator(value)) return;
    // The deepest errors tell most: the others say only that an alternative does not match.
    const errors = (validator.errors ?? []).toSorted((a, b) => depth(b.instancePath) - depth(a.instancePath));
    for (const error of errors.slice(0, MAX_ERRORS)) {
      report(`${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }

  #find(pointer: readonly string[]): unknown {
    return pointer.reduce<unknown>((node, key) => (node as Node | undefined)?.[key], this.#description);
  }

  #deref(node: Node): Node {
    return typeof node.$ref === 'string' ? (this.#find(fromReference(node.$ref)) as Node) : node;
  }
}

/** Lists are written with commas: the style `form`, not exploded. */
function readParameter(text: string, type: unknown): unknown {
  if (type === 'integer') return Number(text);
  if (type === 'boolean') return text === 'true';
  return type === 'array' ? text.split(',') : text;
}

function fromReference(reference: string): string[] {
  return reference
    .replace('#/', '')
    .split('/')
    .map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** RFC 6901, as a URI fragment. */
function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function depth(path: string): number {
  return path.split('/').length;
}
