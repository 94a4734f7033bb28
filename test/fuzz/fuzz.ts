import { expect } from 'bun:test';
import { seededRandom } from '../support/split-bytes.ts';

const FIRST_SEED = Number(process.env.TH_FUZZ_SEED ?? Date.now() % 1_000_000_000);

/** Runs `check` on one sample after another for that time. What fails names its seed; `TH_FUZZ_SEED` begins there. */
export function fuzz<T>(ms: number, samples: readonly T[], check: (sample: T, random: () => number) => void): void {
  const until = performance.now() + ms;
  let seed = FIRST_SEED;
  do {
    const random = seededRandom(seed);
    try {
      check(samples[Math.floor(random() * samples.length)]!, random);
    } catch (cause) {
      throw new Error(`TH_FUZZ_SEED=${seed}: ${(cause as Error).message}`, { cause });
    }
    seed++;
  } while (performance.now() < until);
  expect(seed - FIRST_SEED).toBeGreaterThan(10);
}
