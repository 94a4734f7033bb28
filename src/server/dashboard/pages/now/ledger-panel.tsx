import type { LedgerState } from '../../api/now.ts';
import { Facts } from '../../components/facts.tsx';
import { Money } from '../../components/money.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/count.ts';
import { usdToNumber } from '../../format/money.ts';

/** What is held for requests under way, beside what was settled today. */
export function LedgerPanel({ ledger }: { readonly ledger: LedgerState }) {
  const { reserved_usd: reserved, settled_today_usd: settled, open_holds: holds, unwritten, failure } = ledger;
  const sum = usdToNumber(reserved) + usdToNumber(settled ?? '0');
  const share = sum === 0 ? 0 : usdToNumber(settled ?? '0') / sum;
  return (
    <Panel title="Reserved and settled" hint="Each request holds what it may cost at most until its bill is settled.">
      {failure !== null && (
        <Notice tone="bad" title="The ledger cannot write">
          {failure}. Requests are refused rather than served without a bill.
        </Notice>
      )}
      <svg class="balance" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="balance-reserved" width="100" height="8" />
        <rect class="balance-settled" width={share * 100} height="8" />
      </svg>
      <Facts
        facts={[
          ['Settled today', <Money usd={settled} />],
          ['Reserved now', <Money usd={reserved} />],
          ['Open holds', formatCount(holds)],
          ['Entries not yet written', formatCount(unwritten)],
        ]}
      />
    </Panel>
  );
}
