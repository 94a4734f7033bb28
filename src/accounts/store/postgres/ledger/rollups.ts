import type { RollupSum } from '../../../ledger/rollup-sums.ts';
import { USAGE_COUNTS } from '../../usage-columns.ts';
import { numbers } from '../arrays.ts';

/** In one order, as every process does it. Takes `rollupArrays`. */
export const ADD_TO_ROLLUPS = `
  INSERT INTO tokenharbor.rollups AS stored (day, key_id, account_id, model_id, ${USAGE_COUNTS.join(', ')})
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[],
    ${USAGE_COUNTS.map((_, at) => `$${at + 5}::bigint[]`).join(', ')})
  ORDER BY 1, 2, 3, 4
  ON CONFLICT (day, key_id, account_id, model_id) DO UPDATE SET
    ${USAGE_COUNTS.map((name) => `${name} = stored.${name} + excluded.${name}`).join(', ')}`;

export function rollupArrays(sums: readonly RollupSum[]): string[] {
  const column = (of: (sum: RollupSum) => number | bigint) => numbers(sums.map(of));
  return [
    column(({ day }) => day),
    column(({ keyId }) => keyId),
    column(({ accountId }) => accountId),
    column(({ modelId }) => modelId),
    column(({ requests }) => requests),
    column(({ inputTokens }) => inputTokens),
    column(({ outputTokens }) => outputTokens),
    column(({ cacheReadTokens }) => cacheReadTokens),
    column(({ cacheWriteTokens }) => cacheWriteTokens),
    column(({ reasoningTokens }) => reasoningTokens),
    column(({ costNano }) => costNano),
    column(({ estimated }) => estimated),
  ];
}
