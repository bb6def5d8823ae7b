import { describe, expect, it } from 'vitest';
import { createSchedule } from '../../src/jobs/schedule.ts';

/** The times of a schedule after a moment, as ISO text to the minute. */
function timesAfter(pattern: string, timeZone: string, from: string, count: number): string[] {
  const schedule = createSchedule(pattern, timeZone);
  const times: string[] = [];
  let time: number | null = Date.parse(from);
  for (let index = 0; index < count; index++) {
    time = schedule.nextAfter(time);
    if (time === null) break;
    times.push(new Date(time).toISOString().slice(0, 16));
  }
  return times;
}

describe('a schedule in a time zone', () => {
  it('goes by the clock on the wall, in summer and in winter', () => {
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-07-01T12:00Z', 1)).toEqual(['2026-07-02T00:30']);
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-12-01T12:00Z', 1)).toEqual(['2026-12-02T01:30']);
  });

  it('comes when the gap is over where the time does not exist: 02:30 on the day that summer begins', () => {
    // At 01:00 UTC the clocks in Berlin go from 02:00 to 03:00.
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  it('comes once where the time exists twice: 02:30 on the day that summer ends', () => {
    // At 01:00 UTC the clocks in Berlin go from 03:00 back to 02:00.
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-10-24T00:00Z', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    // Also for who begins in between.
    expect(timesAfter('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45Z', 1)).toEqual(['2026-10-26T01:30']);
  });

  it.each(['2026-03-28T22:30Z', '2026-10-24T22:30Z'])('is hourly through the night of %s', from => {
    const times = timesAfter('17 * * * *', 'Europe/Berlin', from, 6).map(time => Date.parse(`${time}Z`));
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(gaps).toEqual(Array(5).fill(3_600_000));
  });

  it('comes every Monday at nine, whatever the clock does', () => {
    expect(timesAfter('0 9 * * 1', 'Europe/Berlin', '2026-10-18T00:00Z', 2)).toEqual([
      '2026-10-19T07:00',
      '2026-10-26T08:00',
    ]);
  });

  it('never comes on a day that does not exist', () => {
    expect(createSchedule('0 0 31 2 *', 'UTC').nextAfter(0)).toBeNull();
  });

  it.each(['61 * * * *', 'soon', '', '2027-01-01T00:00:00', '@reboot', '* * *'])(
    'does not take %j for a pattern',
    pattern => {
      expect(() => createSchedule(pattern, 'UTC')).toThrow();
    },
  );

  it('does not take a zone that there is not', () => {
    expect(() => createSchedule('* * * * *', 'Mars/Olympus')).toThrow();
  });
});
