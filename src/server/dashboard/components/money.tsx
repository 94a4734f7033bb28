import { formatUsd, splitUsd } from '../format/money.ts';

interface MoneyProps {
  readonly usd: string | null | undefined;
  /** As many digits behind the point as the column takes. */
  readonly decimals?: number;
}

/** An amount with every digit; those behind the cents step back. */
export function Money({ usd, decimals = 2 }: MoneyProps) {
  if (usd == null) return <Nothing />;
  const { main, rest } = splitUsd(usd, decimals);
  return (
    <span class="number" title={`${formatUsd(usd, 9)} USD`}>
      {main}
      {rest !== '' && <span class="rest">{rest}</span>}
    </span>
  );
}

export function Nothing() {
  return (
    <span class="nothing">
      <span aria-hidden="true">–</span>
      <span class="for-readers">none</span>
    </span>
  );
}
