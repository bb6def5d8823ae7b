import { BotError } from './bot-error.ts';
import { oneLine } from './shown-text.ts';

type Options = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A text that a person gave.
 *
 * @returns undefined where there is none
 * @throws BotError `bad-option`
 */
export function textOption(options: Options, name: string, maxChars: number): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const text = String(value).trim();
  if (text.length > maxChars) throw bad(name, `at most ${maxChars.toLocaleString('en')} characters`);
  return text === '' ? undefined : text;
}

/** @throws BotError `bad-option` */
export function choiceOption<T extends string>(
  options: Options,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = textOption(options, name, 200);
  if (value === undefined) return undefined;
  const choice = choices.find(known => known.toLowerCase() === value.toLowerCase());
  if (choice === undefined) throw bad(name, `one of ${oneLine(choices.join(', '), 200)}`);
  return choice;
}

/** A whole number. @throws BotError `bad-option` */
export function numberOption(options: Options, name: string, min: number, max: number): number | undefined {
  const value = textOption(options, name, 20);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw bad(name, `a whole number from ${min} to ${max}`);
  }
  return number;
}

/** @throws BotError `bad-option` */
export function switchOption(options: Options, name: string): boolean | undefined {
  const value = textOption(options, name, 20)?.toLowerCase();
  if (value === undefined) return undefined;
  if (['true', 'on', 'yes'].includes(value)) return true;
  if (['false', 'off', 'no'].includes(value)) return false;
  throw bad(name, 'on or off');
}

function bad(name: string, wanted: string): BotError {
  return new BotError('bad-option', `The option "${name}" has to be ${wanted}.`);
}
