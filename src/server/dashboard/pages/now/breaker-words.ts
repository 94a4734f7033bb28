import type { BreakerState } from '../../api/now.ts';
import type { Tone } from '../../components/badge.tsx';

/** What a breaker's state means for whoever asks. */
export const BREAKER_WORDS: Readonly<Record<BreakerState, readonly [tone: Tone, word: string]>> = {
  closed: ['ok', 'Healthy'],
  half_open: ['warn', 'On trial'],
  open: ['bad', 'Paused'],
};
