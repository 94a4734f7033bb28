/** Times are UTC, as days of the bill are: `2026-11-29 08:15:02`. */
export function formatTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

const STEPS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** `just now`, `3 min ago`, `in a moment`, `in 2 d`. */
export function formatAgo(iso: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(iso)) / 1000);
  const size = Math.abs(seconds);
  const step = STEPS.find(([each]) => size >= each);
  if (step === undefined) {
    if (size < 10) return seconds >= 0 ? 'just now' : 'in a moment';
    return seconds > 0 ? `${size} s ago` : `in ${size} s`;
  }
  const [each, unit] = step;
  const text = `${Math.floor(size / each)} ${unit}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}
