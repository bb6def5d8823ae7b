import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

const LEVELS: Readonly<Record<number, readonly [string, Format]>> = {
  10: ['trace', 'dim'],
  20: ['debug', 'dim'],
  30: ['info', 'green'],
  40: ['warn', 'yellow'],
  50: ['error', 'red'],
};

/**
 * Makes a line for people of one of pino's lines: time, level, what happened, then its fields.
 *
 * @param json one JSON object, with or without a line's end; what is none comes back as it is
 * @param hasColours whether the reader's terminal shows colours
 */
export function formatLine(json: string, hasColours: boolean): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(json);
  } catch {
    return json;
  }
  const { level, time, msg, err, ...fields } = record;
  const paint = (format: Format, text: string) =>
    hasColours ? styleText(format, text, { validateStream: false }) : text;
  const [name, format] = LEVELS[Number(level)] ?? ['log', 'dim'];
  const at = new Date(Number(time));
  const clock = Number.isNaN(at.getTime()) ? '' : at.toTimeString().slice(0, 8);
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${shown(value)}`);
  const head = [paint('dim', clock), paint(format, name), printable(String(msg ?? ''))];
  const line = [...head, ...(rest.length > 0 ? [paint('dim', rest.join(' '))] : [])].join('  ');
  const stack = (err as { stack?: unknown } | undefined)?.stack;
  return `${line}\n${stack ? `${indent(printable(String(stack)))}\n` : ''}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return printable(/^[^\s"=]+$/.test(text) ? text : typeof value === 'string' ? JSON.stringify(text) : text);
}

/** Without the control characters that could drive the terminal; lines stay. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
