import { Cron } from 'croner';

/** When a job is to run. */
export interface Schedule {
  /** The first time after `time`, both in milliseconds since the epoch; null where there is none. */
  nextAfter(time: number): number | null;
}

/**
 * Makes a schedule of a cron pattern (minute, hour, day of the month, month, day of the week; or seconds before those).
 *
 * On the days that the clock changes: a daily time that does not exist comes when the gap is over, one that exists twice
 * comes the first time only. So it is one run a day, every day. (Bree's own cron goes by the zone's offset of the moment
 * at which it looks, and is off by an hour on those days.)
 *
 * @param timeZone an IANA name: `Europe/Berlin`
 * @throws RangeError or TypeError where the pattern or the zone is none
 */
export function createSchedule(pattern: string, timeZone: string): Schedule {
  // A fixed date is no schedule: croner would take it.
  if (!/^[\d*/,\-?LW#A-Z ]+$/i.test(pattern) || /^\d{4}-/.test(pattern)) {
    throw new TypeError('not a cron pattern');
  }
  const cron = new Cron(pattern, { paused: true, timezone: timeZone });
  // The zone is looked up only when it is used.
  cron.nextRun();
  return { nextAfter: time => cron.nextRun(new Date(time))?.getTime() ?? null };
}
