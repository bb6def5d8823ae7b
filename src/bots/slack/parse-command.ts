import { BotError } from '../commands/bot-error.ts';
import {
  COMMAND_SPECS,
  type CommandName,
  type CommandSpec,
  type OptionSpec,
} from '../commands/command-specs.ts';
import { SLASH_COMMAND } from './names.ts';
import { PERSON, readAddress, readText } from './read-slack-text.ts';

type OptionValue = string | number | boolean;

export interface ParsedCommand {
  readonly command: CommandName;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** A word or a quoted value, with what the quotation marks held apart from how it was typed. */
interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
  /** `name` of `name:value`. */
  readonly name: string | null;
  readonly from: number;
  readonly to: number;
}

const QUOTES: Readonly<Record<string, string>> = { '"': '"', '“': '”', '„': '“', '«': '»' };

const SWITCH: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  off: false,
  no: false,
  false: false,
};

/**
 * Reads what was typed after the slash command: a sub-command, then `name:value` options in any order. What has no name
 * goes where only one thing can be meant: a mention to the option for a person, an allowed value to its choice, the rest
 * to the text or address that the command is about. An address alone is to be described; nothing at all asks for help.
 *
 * @param typed as Slack sends it: `should_escape` is on, so persons are `<@U…>`
 * @param engines the values that options of kind `engine` take
 * @throws BotError `bad-option`, `no-image`; the message says what is allowed
 */
export function parseCommand(typed: string, engines: readonly string[]): ParsedCommand {
  const text = typed.trim();
  if (text === '') return { command: 'help', options: {} };
  const [word = ''] = text.split(/\s+/u, 1);
  const named = COMMAND_SPECS.find(({ name }) => name === word.toLowerCase());
  if (!named && !/^https?:/iu.test(readAddress(word))) {
    throw bad(
      `There is no command “${shortened(word)}”. Type ${SLASH_COMMAND} and one of ${list(COMMAND_SPECS.map(({ name }) => name))}.`,
    );
  }
  const spec = named ?? COMMAND_SPECS.find(({ name }) => name === 'describe')!;
  const options = readOptions(spec, named ? text.slice(word.length) : text, engines);
  if (spec.name === 'describe' && options.url === undefined) {
    throw new BotError(
      'no-image',
      `A command in Slack cannot carry a picture. Give its address: ${usageOf(spec, engines)}. Or mention me in the message with the picture, or choose “Describe image” from its menu.`,
    );
  }
  return { command: spec.name, options };
}

/** How a command is typed, for help and for what went wrong. */
export function usageOf(spec: CommandSpec, engines: readonly string[]): string {
  const main = mainOption(spec);
  const parts = optionsOf(spec)
    .filter(option => option !== main)
    .map(option => `${option.name}:${valuesOf(option, engines)}`);
  const start = [SLASH_COMMAND, spec.name, ...(main ? [main.name.toUpperCase()] : [])];
  return [...start, ...parts].join(' ');
}

function readOptions(
  spec: CommandSpec,
  text: string,
  engines: readonly string[],
): Record<string, OptionValue> {
  const found: Record<string, OptionValue> = {};
  const allowed = optionsOf(spec);
  const main = mainOption(spec);
  const put = (option: OptionSpec, token: Token) => {
    if (found[option.name] !== undefined) {
      throw bad(`“${option.name}” is given twice: give it once. ${usage()}`);
    }
    found[option.name] = readValue(option, token, engines);
  };
  const usage = () => `It is typed like this: ${usageOf(spec, engines)}`;
  const rest: Token[] = [];
  for (const token of tokenize(text, new Set(allowed.map(({ name }) => name)))) {
    const option = allowed.find(({ name }) => name === token.name);
    if (option) {
      put(option, token);
      continue;
    }
    const meant = main?.isRequired ? undefined : optionMeant(token, allowed, found, engines);
    if (meant) put(meant, token);
    else rest.push(token);
  }
  const [first] = rest;
  if (!first) {
    if (main?.isRequired && found[main.name] === undefined)
      throw bad(`“${main.name}” is missing. ${usage()}`);
    return found;
  }
  // A text is taken as it was typed, up to its end; anything else is one word.
  const isText = main?.isRequired === true;
  if (!main || (rest.length > 1 && !isText)) {
    const stray = (main && rest.find(({ text }) => !/^<?https?:/iu.test(text))) ?? first;
    throw bad(`“${shortened(stray.text)}” is not known here. ${usage()}`);
  }
  put(main, isText ? joined(text, rest) : first);
  return found;
}

/** All but what a slash command cannot carry. */
function optionsOf(spec: CommandSpec): readonly OptionSpec[] {
  return spec.options.filter(({ kind }) => kind !== 'image');
}

/** The option that needs no name: the required text, or the address. */
function mainOption(spec: CommandSpec): (OptionSpec & { kind: 'text' }) | undefined {
  return spec.options.find(
    (option): option is OptionSpec & { kind: 'text' } =>
      option.kind === 'text' && (option.isRequired === true || option.name === 'url'),
  );
}

function optionMeant(
  { text, name, isQuoted }: Token,
  allowed: readonly OptionSpec[],
  found: Readonly<Record<string, OptionValue>>,
  engines: readonly string[],
): OptionSpec | undefined {
  if (name !== null || isQuoted) return undefined;
  return allowed.find(option => {
    if (found[option.name] !== undefined) return false;
    if (option.kind === 'person') return PERSON.test(text);
    if (option.kind === 'choice') return option.choices.includes(text.toLowerCase());
    return option.kind === 'engine' && engines.includes(text);
  });
}

function readValue(option: OptionSpec, token: Token, engines: readonly string[]): OptionValue {
  const text = token.text.trim();
  const refuse = (allowed: string) =>
    bad(`“${shortened(text)}” does not fit “${option.name}”: give ${allowed}.`);
  switch (option.kind) {
    case 'text': {
      const value = option.name === 'url' ? readAddress(text) : readText(text).trim();
      if (value === '') throw refuse('a text');
      if (value.length > option.maxChars) throw refuse(`at most ${option.maxChars} characters`);
      return value;
    }
    case 'person': {
      const id = PERSON.exec(text)?.[1];
      if (!id) throw refuse('a person, as @name');
      return id;
    }
    case 'switch': {
      const value = SWITCH[text.toLowerCase()];
      if (value === undefined) throw refuse('on or off');
      return value;
    }
    case 'number': {
      const value = Number(text);
      if (!/^\d{1,6}$/u.test(text) || value < option.min || value > option.max)
        throw refuse(`a whole number from ${option.min} to ${option.max}`);
      return value;
    }
    case 'choice': {
      const value = option.choices.find(choice => choice === text.toLowerCase());
      if (value === undefined) throw refuse(`one of ${list(option.choices)}`);
      return value;
    }
    case 'engine':
      if (!engines.includes(text)) throw refuse(`one of ${list(engines)}`);
      return text;
    case 'image':
      throw refuse('an address instead');
  }
}

/** Words, `name:value` pairs and quoted values of both; a quotation that is not closed goes on to the end. */
function tokenize(text: string, names: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  const pattern = /\S/gu;
  for (let start = pattern.exec(text); start; start = pattern.exec(text)) {
    const from = start.index;
    const word = /^([a-z]{1,32}):(?=\S)/iu.exec(text.slice(from, from + 34))?.[1]?.toLowerCase();
    // `https://…` has the look of a pair: it is one only where an option is called so.
    const name = word !== undefined && names.has(word) ? word : null;
    const at = name === null ? from : from + name.length + 1;
    const closing = QUOTES[text[at]!];
    const token = closing ? quoted(text, at, closing) : bare(text, at);
    tokens.push({ ...token, name, from });
    pattern.lastIndex = token.to;
  }
  return tokens;
}

function quoted(text: string, at: number, closing: string) {
  const end = text.indexOf(closing, at + 1);
  return end < 0
    ? { text: text.slice(at + 1), isQuoted: true, to: text.length }
    : { text: text.slice(at + 1, end), isQuoted: true, to: end + 1 };
}

function bare(text: string, at: number) {
  // A mention or address in Slack's markup may hold blanks in its label.
  const markup = /^<[^<>]*>/u.exec(text.slice(at));
  const to = markup ? at + markup[0].length : at + (/^\S+/u.exec(text.slice(at))?.[0].length ?? 0);
  return { text: text.slice(at, to), isQuoted: false, to };
}

function joined(text: string, tokens: readonly Token[]): Token {
  const [first] = tokens;
  const last = tokens.at(-1)!;
  if (tokens.length === 1 && first!.isQuoted && first!.name === null) return first!;
  return {
    text: text.slice(first!.from, last.to),
    isQuoted: false,
    name: null,
    from: first!.from,
    to: last.to,
  };
}

function valuesOf(option: OptionSpec, engines: readonly string[]): string {
  switch (option.kind) {
    case 'choice':
      return option.choices.join('|');
    case 'engine':
      return engines.join('|');
    case 'switch':
      return 'on|off';
    case 'number':
      return `${option.min}–${option.max}`;
    case 'person':
      return '@name';
    default:
      return option.name.toUpperCase();
  }
}

function list(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

function shortened(text: string): string {
  const plain = readText(text);
  return plain.length > 40 ? `${plain.slice(0, 40).toWellFormed()}…` : plain;
}

function bad(message: string): BotError {
  return new BotError('bad-option', message);
}
