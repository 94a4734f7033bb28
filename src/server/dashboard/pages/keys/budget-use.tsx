import type { Budget } from '../../api/keys.ts';
import { Money } from '../../components/money.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { formatUsd, usdToNumber } from '../../format/money.ts';

const PERIOD_WORDS = { day: 'a day', week: 'a week', month: 'a month', total: 'in all' } as const;

/** What was spent, and how much of the budget that is. */
export function BudgetUse({ spent, budget }: { readonly spent: string; readonly budget: Budget | null }) {
  if (budget === null) return <Money usd={spent} />;
  const most = usdToNumber(budget.usd);
  const share = most === 0 ? 1 : usdToNumber(spent) / most;
  return (
    <span class="two-lines">
      <Money usd={spent} />
      <span class="muted">
        of {formatUsd(budget.usd)} {PERIOD_WORDS[budget.period]}
      </span>
      <ShareBar share={share} tone={share >= 0.95 ? 'bad' : share >= 0.8 ? 'warn' : 'accent'} />
    </span>
  );
}
