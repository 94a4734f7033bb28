import type { Dimension, Spend, SpendRow } from '../../api/spend.ts';
import { Count } from '../../components/count.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Money } from '../../components/money.tsx';
import { decimalsFor, usdToNumber } from '../../format/money.ts';
import { linkTo, readPlace } from '../../state/place.ts';
import { idOf, labelOf } from './layers.ts';
import { ShareOf } from './spend-tiles.tsx';

interface SpendTableProps {
  readonly spend: Spend;
  readonly by: Dimension;
  readonly isStale: boolean;
}

export function SpendTable({ spend: { rows, total }, by, isStale }: SpendTableProps) {
  const sorted = rows.toSorted((a, b) =>
    by === 'day' ? idOf(b, by).localeCompare(idOf(a, by)) : usdToNumber(b.cost_usd) - usdToNumber(a.cost_usd),
  );
  const decimals = decimalsFor([...rows.map((row) => row.cost_usd), total.cost_usd]);
  const whole = usdToNumber(total.cost_usd);
  const columns: readonly Column<SpendRow>[] = [
    { label: by.slice(0, 1).toUpperCase() + by.slice(1), render: (row) => <Drill row={row} by={by} /> },
    { label: 'Requests', isNumber: true, class: 'is-half', render: (row) => <Count of={row.requests} /> },
    { label: 'Input', isNumber: true, class: 'is-half', render: (row) => <Count of={row.input_tokens} /> },
    { label: 'Cache read', isNumber: true, class: 'is-half', render: (row) => <Count of={row.cache_read_tokens} /> },
    { label: 'Cache write', isNumber: true, class: 'is-half', render: (row) => <Count of={row.cache_write_tokens} /> },
    { label: 'Output', isNumber: true, class: 'is-half', render: (row) => <Count of={row.output_tokens} /> },
    {
      label: 'Cost',
      isNumber: true,
      class: 'is-half',
      render: (row) => <Money usd={row.cost_usd} decimals={decimals} />,
    },
    { label: 'Share', isNumber: true, render: (row) => <ShareOf part={usdToNumber(row.cost_usd)} whole={whole} /> },
  ];
  return (
    <DataTable
      caption={`What was spent by ${by}`}
      columns={columns}
      rows={sorted}
      keyOf={(row) => idOf(row, by)}
      isStale={isStale}
      total={[
        'In all',
        <Count of={total.requests} />,
        <Count of={total.input_tokens} />,
        <Count of={total.cache_read_tokens} />,
        <Count of={total.cache_write_tokens} />,
        <Count of={total.output_tokens} />,
        <Money usd={total.cost_usd} decimals={decimals} />,
        '',
      ]}
    />
  );
}

/** Leads one step deeper: what a model's cost is made of, or the requests of a day. */
function Drill({ row, by }: { readonly row: SpendRow; readonly by: Dimension }) {
  const id = idOf(row, by);
  const label = labelOf(row, by);
  if (id === '') return <span class="muted">{label}</span>;
  const { query } = readPlace(location.hash);
  const address =
    by === 'day'
      ? linkTo(['requests'], { since: id, until: id })
      : linkTo(['spend'], { ...Object.fromEntries(query), [by]: id, by: by === 'key' ? undefined : 'key' });
  return (
    <a href={address} title={id}>
      {label}
    </a>
  );
}
