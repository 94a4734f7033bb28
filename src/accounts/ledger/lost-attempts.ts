import type { LostAttempt } from './ports.ts';

/** Lost attempts as the JSON an entry keeps; null where none was lost. */
export function writeLost(lost: readonly LostAttempt[]): string | null {
  if (lost.length === 0) return null;
  return JSON.stringify(
    lost.map(({ provider, upstreamModel, errorCode, mayCost, costNano }) => ({
      provider,
      upstreamModel,
      errorCode,
      mayCost,
      costNano: costNano?.toString(),
    })),
  );
}

interface Written extends Omit<LostAttempt, 'costNano'> {
  readonly costNano?: string;
}

export function readLost(text: string | null): readonly LostAttempt[] {
  if (text === null) return [];
  return (JSON.parse(text) as Written[]).map((attempt) => ({
    ...attempt,
    costNano: attempt.costNano === undefined ? undefined : BigInt(attempt.costNano),
  }));
}
