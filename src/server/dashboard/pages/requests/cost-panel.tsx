import type { CostLine, RequestDetail } from '../../api/requests.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Money, Nothing } from '../../components/money.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/count.ts';
import { decimalsFor, formatUsd, nanoToUsd } from '../../format/money.ts';
import { formatName } from '../../format/name.ts';

/** The bill's arithmetic: each kind of token, its price, the exact product, and how the sum was rounded. */
export function CostPanel({ request }: { readonly request: RequestDetail }) {
  const { cost_lines: lines, rounding, held_usd: held, charged_usd: charged, price_version: version } = request;
  const amounts = lines.map((line) => nanoToUsd(line.nano_exact));
  const decimals = decimalsFor([...amounts, rounding?.exact_usd, rounding?.rounded_usd]);
  const columns: readonly Column<CostLine>[] = [
    {
      label: 'Kind',
      render: (line) => (
        <span class="two-lines">
          <span>{formatName(line.kind)}</span>
          {line.note !== undefined && <span class="muted">{line.note}</span>}
        </span>
      ),
    },
    { label: 'Count', isNumber: true, render: (line) => <CountOf line={line} /> },
    { label: 'Price', isNumber: true, render: (line) => <PriceOf line={line} /> },
    {
      label: 'Exactly',
      isNumber: true,
      render: (line) => <Money usd={nanoToUsd(line.nano_exact)} decimals={decimals} />,
    },
  ];
  return (
    <Panel
      title="The bill, line by line"
      hint="Count × price, added up exactly and rounded once, half up, to a billionth of a dollar."
    >
      {lines.length === 0 ? (
        <Empty title="Nothing was charged" icon="coin">
          {request.settled
            ? 'The request ended before anything was used, or its model has no price.'
            : 'It was refused before it could cost anything, and has no entry in the ledger.'}
        </Empty>
      ) : (
        <DataTable
          caption="The request's cost, line by line"
          columns={columns}
          rows={lines}
          keyOf={({ kind, note }) => `${kind} ${note ?? ''}`}
          {...(rounding === null
            ? {}
            : { total: ['Sum', '', '', <Money usd={rounding.exact_usd} decimals={decimals} />] })}
        />
      )}
      <Facts
        facts={[
          ['Held at first', <Money usd={held} />],
          ['Rounded', <Money usd={rounding?.rounded_usd} />],
          ['Charged', <Money usd={charged} />],
          ['Price version', version === null ? <Nothing /> : <code>{version}</code>],
        ]}
      />
      {rounding?.waived === true && (
        <p class="hint">No answer came of it, or an empty one: nothing is charged, whatever the provider counted.</p>
      )}
      {rounding?.capped_by_hold === true && (
        <p class="hint">
          It cost more than was held for it; no more than the hold is charged, so that no budget is overdrawn.
        </p>
      )}
    </Panel>
  );
}

function CountOf({ line: { tokens, count } }: { readonly line: CostLine }) {
  return <span class="number">{tokens === undefined ? formatCount(count ?? 0) : `${formatCount(tokens)} tokens`}</span>;
}

function PriceOf({ line: { usd_per_million: perMillion, usd_each: each } }: { readonly line: CostLine }) {
  if (perMillion !== undefined) return <span class="number">× {formatUsd(perMillion)} per million</span>;
  return each !== undefined ? <span class="number">× {formatUsd(each)} each</span> : <Nothing />;
}
