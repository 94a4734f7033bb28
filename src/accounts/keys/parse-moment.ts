const MOMENT = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * `2027-01-31` (00:00 UTC) or `2027-01-31T18:00:00Z` → Unix milliseconds; undefined for anything else. A time without an
 * offset would mean another moment on another machine.
 */
export function parseMoment(text: string): number | undefined {
  const [, day, time = 'T00:00:00Z'] = MOMENT.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const moment = Date.parse(`${day}${time}`);
  // Some runtimes read February 30 as March 2.
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().slice(0, 10) === day;
  return exists && !Number.isNaN(moment) ? moment : undefined;
}
