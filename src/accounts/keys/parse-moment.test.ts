import { expect, test } from 'bun:test';
import { parseMoment } from './parse-moment.ts';

test('a moment is a day that exists, or a time that is the same everywhere', () => {
  expect(parseMoment('2027-01-31')).toBe(Date.UTC(2027, 0, 31));
  expect(parseMoment('2027-01-31T18:00Z')).toBe(Date.UTC(2027, 0, 31, 18));
  expect(parseMoment('2027-01-31T18:00:01.5+02:00')).toBe(Date.UTC(2027, 0, 31, 16, 0, 1, 500));
  for (const wrong of ['', '2027-02-30', '2027-13-01', '2027-01-31T18:00', '2027-01-31T25:00Z', '31.1.2027', '1e3']) {
    expect([wrong, parseMoment(wrong)]).toEqual([wrong, undefined]);
  }
});
