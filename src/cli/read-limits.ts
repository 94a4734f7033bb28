import { type Limits, MAX_LIMIT } from '../accounts/limits/ports.ts';
import { fail } from './context.ts';
import { EXIT } from './exit-codes.ts';

export interface LimitFlags {
  readonly rpm?: string;
  readonly tpm?: string;
  readonly concurrency?: string;
}

/** The limits that were given; `none` is null. */
export function readLimits({ rpm, tpm, concurrency }: LimitFlags): Partial<Limits> {
  return {
    ...(rpm === undefined ? {} : { rpm: readLimit('--rpm', rpm) }),
    ...(tpm === undefined ? {} : { tpm: readLimit('--tpm', tpm) }),
    ...(concurrency === undefined ? {} : { concurrency: readLimit('--concurrency', concurrency) }),
  };
}

/** `60 rpm, 100000 tpm, 5 at once`. */
export function describeLimits({ rpm, tpm, concurrency }: Limits): string {
  const parts = [
    ...(rpm === null ? [] : [`${rpm} rpm`]),
    ...(tpm === null ? [] : [`${tpm} tpm`]),
    ...(concurrency === null ? [] : [`${concurrency} at once`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function readLimit(flag: string, text: string): number | null {
  if (text === 'none') return null;
  const limit = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) {
    fail(EXIT.USAGE, `${flag} ${JSON.stringify(text)}: write a whole number from 1 to ${MAX_LIMIT}, or none.`);
  }
  return limit;
}
