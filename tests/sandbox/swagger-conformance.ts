import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange, ExchangeRecorder } from '../../src/sandbox/exchange.ts';

/** Where an exchange is not as the platform's own description says. */
export interface SwaggerFault {
  /** `chat.postMessage request`, `chat.postMessage answer`, `chat.postMessage refusal` */
  readonly where: string;
  /** The JSON pointer into the body, with numbers as `*`. */
  readonly at: string;
  readonly keyword: string;
  /** The field or value that it is about. */
  readonly detail: string;
}

type Node = Readonly<Record<string, unknown>>;
type Paths = Readonly<Record<string, Readonly<Record<string, Node>>>>;

const ROOT = 'description';

/**
 * Validates exchanges of an RPC-like API against its Swagger 2.0 description: arguments by their declared parameters,
 * answers (`ok: true`) by the schema of status 200 and refusals by the default one.
 */
export class SwaggerConformance implements ExchangeRecorder {
  /** Distinct ones. */
  readonly faults = new Map<string, SwaggerFault>();
  /** Methods that were called and are not in the description. */
  readonly missing = new Set<string>();
  /** Methods that were validated. */
  readonly seen = new Set<string>();
  readonly #paths: Paths;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(description: Node) {
    if (description.swagger !== '2.0') throw new Error('Not a Swagger 2.0 description.');
    this.#paths = description.paths as Paths;
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(description, ROOT);
  }

  onExchange(exchange: Exchange): void {
    if (exchange.path === null) return;
    const name = exchange.path.slice(1);
    const [verb] = Object.keys(this.#paths[exchange.path] ?? {});
    if (verb === undefined) {
      this.missing.add(name);
      return;
    }
    this.seen.add(name);
    const body = exchange.responseBody as { ok?: unknown };
    // What was refused need not be a valid request: that is what it was refused for.
    if (body.ok === true) {
      this.#checkArguments(name, this.#paths[exchange.path]![verb]!, exchange.requestBody as Node);
    }
    const [status, part] = body.ok === true ? ['200', 'answer'] : ['default', 'refusal'];
    const pointer = ['paths', exchange.path, verb, 'responses', status, 'schema'];
    this.#validate(pointer, body, `${name} ${part}`);
  }

  #checkArguments(name: string, operation: Node, given: Node): void {
    const declared = (operation.parameters ?? []) as { name: string; type: string; required?: boolean }[];
    const where = `${name} request`;
    for (const [key, value] of Object.entries(given)) {
      const parameter = declared.find(one => one.name === key);
      if (parameter === undefined) this.#note({ where, at: '', keyword: 'undeclared', detail: key });
      else if (!isOfType(value, parameter.type)) {
        this.#note({ where, at: `/${key}`, keyword: 'type', detail: parameter.type });
      }
    }
    for (const { name: key, required } of declared) {
      // The token goes in a header of its own.
      if (required === true && key !== 'token' && !(key in given)) {
        this.#note({ where, at: '', keyword: 'required', detail: key });
      }
    }
  }

  #validate(pointer: readonly string[], value: unknown, where: string): void {
    const reference = `${ROOT}#/${pointer.map(key => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validator = this.#validators.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#validators.set(reference, validator);
    if (validator(value)) return;
    for (const error of validator.errors ?? []) this.#note(toFault(error, where));
  }

  #note(fault: SwaggerFault): void {
    this.faults.set(JSON.stringify(fault), fault);
  }
}

function toFault(error: ErrorObject, where: string): SwaggerFault {
  // Keys of a map say nothing: there it is the whole map that is not described.
  const isOfMap = Object.values(error.params).some(value => /^[CGDUF][A-Z0-9]{8,}$/.test(String(value)));
  const params = isOfMap ? '' : Object.values(error.params).find(value => typeof value !== 'object');
  return {
    where,
    at: error.instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*'),
    keyword: error.keyword,
    detail: String(params ?? ''),
  };
}

/** A form holds text: numbers and truth values in their written form. */
function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'boolean':
      return value === true || value === false || value === 'true' || value === 'false';
    case 'integer':
      return /^-?\d+$/.test(String(value));
    case 'number':
      return Number.isFinite(Number(value));
    default:
      return typeof value === 'string';
  }
}
