import { NarratorError } from '../../errors.ts';

const EXAMPLE = '"2026-12-01 09:00 Europe/Berlin"';
const DAY_MS = 86_400_000;

/**
 * Reads a moment such as "2026-12-01 09:00 Europe/Berlin"; in the place of the zone's name also "UTC", "+01:00" or "Z".
 *
 * @param now the moment has to be after it
 * @returns milliseconds since the epoch
 * @throws NarratorError `usage` where it is no such moment, where the clock is never at that time (summer begins) or twice
 *   (summer ends), or where it is over
 */
export function parsePostTime(text: string, now: number): number {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)\s*([A-Za-z_]+(?:[/+-][\w+-]+)*|[+-]\d\d:\d\d)$/.exec(
    text.trim(),
  );
  const wall = match ? Date.parse(`${match[1]}T${match[2]}:00Z`) : Number.NaN;
  // "2026-02-31" would be a day in March.
  if (!match || Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== match[1]) {
    throw usage(`“${text}” is no time that a thread can be posted at: it should look like ${EXAMPLE}.`);
  }
  const [, day, time, zone] = match as unknown as [string, string, string, string];
  const moment = momentOf(wall, `${day} ${time}`, zone);
  if (moment <= now) throw usage(`${text} is over: give a time that is still to come.`);
  return moment;
}

function momentOf(wall: number, said: string, zone: string): number {
  if (/^[+-]/.test(zone)) {
    const [hours, minutes] = zone.slice(1).split(':').map(Number) as [number, number];
    if (hours > 14 || minutes > 59) throw usage(`${zone} is no difference to UTC: +01:00 is one.`);
    return wall - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  }
  const offsetAt = createOffsets(zone === 'Z' ? 'UTC' : zone);
  // The clock goes by one of the offsets of the day before and the day after.
  const offsets = [...new Set([offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)])];
  const moments = offsets.map(offset => wall - offset).filter(moment => wall - offsetAt(moment) === moment);
  if (moments.length === 1) return moments[0]!;
  if (moments.length === 0) {
    throw usage(`There is no ${said} in ${zone}: the clock is put forward then. Give another time.`);
  }
  const choices = offsets.toSorted((a, b) => b - a).map(offset => `"${said} ${formatOffset(offset)}"`);
  throw usage(
    `${said} comes twice in ${zone}: the clock is put back then. Say which: ${choices.join(' is the first, ')} the second.`,
  );
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function createOffsets(timeZone: string): (moment: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
    });
  } catch (cause) {
    throw usage(`There is no time zone ${timeZone}: Europe/Berlin is one.`, cause);
  }
  return moment => {
    const part = Object.fromEntries(
      format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    );
    const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return wall - Math.floor(moment / 1000) * 1000;
  };
}

function formatOffset(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function usage(message: string, cause?: unknown): NarratorError {
  return new NarratorError('usage', message, cause === undefined ? undefined : { cause });
}
