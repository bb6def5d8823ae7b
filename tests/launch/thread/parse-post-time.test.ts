import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePostTime } from '../../../src/launch/thread/parse-post-time.ts';

const parse = (text: string, now = 0) => new Date(parsePostTime(text, now)).toISOString();

describe('parsePostTime', () => {
  it.each([
    ['2026-12-01 09:00 Europe/Berlin', '2026-12-01T08:00:00.000Z'],
    ['2026-07-01 09:00 Europe/Berlin', '2026-07-01T07:00:00.000Z'],
    ['2026-12-01T09:00 UTC', '2026-12-01T09:00:00.000Z'],
    ['2026-12-01T09:00Z', '2026-12-01T09:00:00.000Z'],
    ['2026-12-01 09:00 -03:30', '2026-12-01T12:30:00.000Z'],
    ['2026-12-01 00:15 Asia/Kathmandu', '2026-11-30T18:30:00.000Z'],
    ['2026-12-01 23:59 America/Argentina/Buenos_Aires', '2026-12-02T02:59:00.000Z'],
    // The hours beside a change of the clock are plain ones.
    ['2026-03-29 01:59 Europe/Berlin', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29 03:00 Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 03:00 Europe/Berlin', '2026-10-25T02:00:00.000Z'],
  ])('reads %j', (text, moment) => {
    expect(parse(text)).toBe(moment);
  });

  it('says that a time does not exist where summer begins', () => {
    expect(() => parse('2026-03-29 02:30 Europe/Berlin')).toThrow(
      'There is no 2026-03-29 02:30 in Europe/Berlin: the clock is put forward then.',
    );
    expect(() => parse('2026-03-08 02:30 America/New_York')).toThrow('There is no 2026-03-08 02:30');
  });

  it('says that a time comes twice where summer ends, and takes either', () => {
    expect(() => parse('2026-10-25 02:30 Europe/Berlin')).toThrow(
      '2026-10-25 02:30 comes twice in Europe/Berlin: the clock is put back then. Say which: "2026-10-25 02:30 +02:00" is the first, "2026-10-25 02:30 +01:00" the second.',
    );
    expect(parse('2026-10-25 02:30 +02:00')).toBe('2026-10-25T00:30:00.000Z');
    expect(parse('2026-10-25 02:30 +01:00')).toBe('2026-10-25T01:30:00.000Z');
  });

  it.each([
    ['2026-12-01 09:00', 'should look like'],
    ['tomorrow', 'should look like'],
    ['2026-02-30 09:00 UTC', 'should look like'],
    ['2026-12-01 25:00 UTC', 'should look like'],
    ['2026-12-01 09:00 Europe/Berlni', 'no time zone Europe/Berlni'],
    ['2026-12-01 09:00 +19:00', 'no difference to UTC'],
  ])('refuses %j', (text, fault) => {
    expect(() => parse(text)).toThrow(fault);
  });

  it('refuses what is over', () => {
    const now = Date.UTC(2026, 11, 1, 8);
    expect(() => parse('2026-12-01 09:00 Europe/Berlin', now)).toThrow('is over');
    expect(parse('2026-12-01 09:01 Europe/Berlin', now)).toBe('2026-12-01T08:01:00.000Z');
  });

  it('gives a moment at which the zone’s own clock shows that time', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Tokyo',
      'Pacific/Apia',
    );
    const day = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        const wall = date.toISOString().slice(0, 16).replace('T', ' ');
        let moment: number;
        try {
          moment = parsePostTime(`${wall} ${timeZone}`, 0);
        } catch (error) {
          expect(String(error)).toMatch(/There is no|comes twice/);
          return;
        }
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
        expect(shown.format(moment)).toBe(wall);
      }),
      { numRuns: 300 },
    );
  });
});
