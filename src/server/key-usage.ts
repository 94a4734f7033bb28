import type { Principal } from '../accounts/keys/keyring.ts';
import type { Standing } from '../accounts/ledger/ports.ts';
import { formatUsd } from '../accounts/pricing.ts';
import type { BudgetTerms, Stores, UsageTotal } from '../accounts/store/ports.ts';

/** The `GET /v1/usage` document: what one key has used, in all and by model, what it may use, and what is left of it. */
export async function keyUsage(stores: Stores, principal: Principal): Promise<Record<string, unknown>> {
  const { keyId, budgetId, payer } = principal;
  const now = Date.now();
  const [key, byModel, total, spent, accountSpent, account] = await Promise.all([
    stores.keys.findById(keyId),
    stores.usage.totals({ by: ['model'], keyId }),
    stores.usage.totals({ by: [], keyId }),
    stores.ledger.standings('key', budgetId, now),
    stores.ledger.standings('account', payer.account, now),
    stores.accounts.find(payer.account),
  ]);
  return {
    object: 'usage',
    key: keyId,
    name: principal.name,
    account: payer.account,
    total: amounts(total[0]),
    models: byModel.map((row) => ({ model: row.model, ...amounts(row) })),
    limits: {
      models: principal.models,
      expires_at: iso(key?.expiresAt),
      ...principal.limits,
      budget: budgetLeft(principal.budget, spent),
      account: {
        ...payer.limits,
        budget: budgetLeft(payer.budget, accountSpent),
        balance_usd: payer.prepaid ? formatUsd(balanceOf(account?.creditedNano ?? 0n, accountSpent)) : null,
      },
    },
  };
}

function budgetLeft(budget: BudgetTerms | null, standings: readonly Standing[]): Record<string, unknown> | null {
  if (budget === null) return null;
  const { spentNano = 0n, heldNano = 0n, resetsAtMs } = standings.find(({ period }) => period === budget.period) ?? {};
  const left = budget.limitNano - spentNano - heldNano;
  return {
    usd: formatUsd(budget.limitNano),
    period: budget.period,
    spent_usd: formatUsd(spentNano),
    held_usd: formatUsd(heldNano),
    left_usd: formatUsd(left > 0n ? left : 0n),
    resets_at: iso(resetsAtMs),
  };
}

function balanceOf(creditedNano: bigint, standings: readonly Standing[]): bigint {
  return creditedNano - (standings.find(({ period }) => period === 'total')?.spentNano ?? 0n);
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
