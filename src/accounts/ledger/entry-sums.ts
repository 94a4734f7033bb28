import type { EntrySum } from './entry-store.ts';

/** Adds a sum to the one of the same place. */
export function addSum(sums: Map<string, EntrySum>, sum: EntrySum): void {
  const { day, keyId, account, model, provider } = sum;
  const place = JSON.stringify([day, keyId, account, model, provider]);
  const known = sums.get(place);
  sums.set(place, known === undefined ? sum : plus(known, sum));
}

/** By day, key, account, model and provider. */
export function sortSums(sums: Iterable<EntrySum>): readonly EntrySum[] {
  const places = ['day', 'keyId', 'account', 'model', 'provider'] as const;
  return [...sums].sort((a, b) => {
    for (const place of places) {
      const [left, right] = [a[place] ?? '', b[place] ?? ''];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}

function plus(a: EntrySum, b: EntrySum): EntrySum {
  return {
    ...a,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costNano: a.costNano + b.costNano,
    estimated: a.estimated + b.estimated,
  };
}
