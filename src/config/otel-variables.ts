/** Reads OpenTelemetry's variables. Every reader returns undefined for what it cannot read. */

export const PAIRS = 'a list such as name=value,other=value';

/** `authorization=Bearer%20x,team=blue` → members; values are percent-encoded. */
export function readPairs(text: string): Readonly<Record<string, string>> | undefined {
  const pairs: [string, string][] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    const value = decode(part.slice(at + 1).trim());
    if (at < 0 || name === '' || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}

/** `0.1` → 0.1, from 0 to 1. */
export function readShare(text: string): number | undefined {
  const share = Number(text);
  return text.trim() !== '' && share >= 0 && share <= 1 ? share : undefined;
}

/** `60000` → `60000ms`. */
export function readMs(text: string): string | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? `${text}ms` : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
