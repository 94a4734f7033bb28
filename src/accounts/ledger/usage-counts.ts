import type { Usage } from '../../protocol/usage.ts';

/** Counts that few requests have: kept together, as JSON, and absent where there are none. */
export const RARE_COUNTS = [
  'cacheWrite1hTokens',
  'inputAudioTokens',
  'inputImageTokens',
  'outputAudioTokens',
  'serverToolUses',
] as const satisfies readonly (keyof Usage)[];

export function writeRareCounts(usage: Usage): string | null {
  let counts: Partial<Record<(typeof RARE_COUNTS)[number], number>> | undefined;
  for (const name of RARE_COUNTS) {
    const count = usage[name];
    if (count !== undefined && count > 0) counts = { ...counts, [name]: count };
  }
  return counts === undefined ? null : JSON.stringify(counts);
}

export function readRareCounts(text: string | null): Partial<Usage> {
  return text === null ? {} : (JSON.parse(text) as Partial<Usage>);
}
