import { formatUsd } from '../accounts/pricing.ts';
import type { Stores, UsageTotal } from '../accounts/store/ports.ts';

/** The `GET /v1/usage` document: what one key has used, in all and by model. */
export async function keyUsage(stores: Stores, keyId: string): Promise<Record<string, unknown>> {
  const [key, byModel, total] = await Promise.all([
    stores.keys.findById(keyId),
    stores.usage.totals({ by: ['model'], keyId }),
    stores.usage.totals({ by: [], keyId }),
  ]);
  return {
    object: 'usage',
    key: keyId,
    name: key?.name ?? null,
    account: key?.account ?? null,
    total: amounts(total[0]),
    models: byModel.map((row) => ({ model: row.model, ...amounts(row) })),
    limits: { models: key?.models ?? null, expires_at: iso(key?.expiresAt) },
  };
}

function amounts(row: UsageTotal | undefined): Record<string, unknown> {
  return {
    requests: row?.requests ?? 0,
    input_tokens: row?.inputTokens ?? 0,
    output_tokens: row?.outputTokens ?? 0,
    cache_read_tokens: row?.cacheReadTokens ?? 0,
    cache_write_tokens: row?.cacheWriteTokens ?? 0,
    reasoning_tokens: row?.reasoningTokens ?? 0,
    cost_usd: formatUsd(row?.costNano ?? 0n),
    estimated: row?.estimated ?? 0,
  };
}

function iso(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString();
}
