import type { RequestRow } from '../../api/requests.ts';
import { Badge } from '../../components/badge.tsx';
import { Count } from '../../components/count.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Duration } from '../../components/duration.tsx';
import { Money, Nothing } from '../../components/money.tsx';
import { When } from '../../components/when.tsx';
import { formatPlural } from '../../format/count.ts';
import { decimalsFor } from '../../format/money.ts';
import { linkTo } from '../../state/place.ts';
import { describeOutcome } from './outcome.ts';

export function RequestsTable({ rows, isStale }: { readonly rows: readonly RequestRow[]; readonly isStale: boolean }) {
  const decimals = decimalsFor(rows.map((row) => row.cost_usd));
  const columns: readonly Column<RequestRow>[] = [
    {
      label: 'Time (UTC)',
      render: (row) => (
        <a href={linkTo(['requests', row.id])} title={row.id}>
          <When at={row.at} as="time" />
        </a>
      ),
    },
    {
      label: 'Model',
      render: (row) => (
        <span class="two-lines">
          <span>{row.model ?? <Nothing />}</span>
          <span class="muted">
            {row.provider === null
              ? 'no provider was asked'
              : row.upstream_model === null
                ? row.provider
                : `${row.provider}: ${row.upstream_model}`}
          </span>
        </span>
      ),
    },
    {
      label: 'Key',
      render: (row) => (
        <span class="two-lines">
          <span>{row.key_name ?? row.key ?? <Nothing />}</span>
          <span class="muted">{row.account ?? ''}</span>
        </span>
      ),
    },
    { label: 'Outcome', render: (row) => <OutcomeOf row={row} /> },
    { label: 'In', isNumber: true, class: 'is-half', render: (row) => <Count of={row.input_tokens} /> },
    { label: 'Out', isNumber: true, class: 'is-half', render: (row) => <Count of={row.output_tokens} /> },
    { label: 'First byte', isNumber: true, class: 'is-half', render: (row) => <Duration ms={row.first_byte_ms} /> },
    { label: 'Took', isNumber: true, class: 'is-half', render: (row) => <Duration ms={row.duration_ms} /> },
    { label: 'Cost', isNumber: true, render: (row) => <Money usd={row.cost_usd} decimals={decimals} /> },
  ];
  return (
    <DataTable
      caption="Requests, newest first"
      columns={columns}
      rows={rows}
      keyOf={(row) => row.id}
      isStale={isStale}
    />
  );
}

function OutcomeOf({ row }: { readonly row: RequestRow }) {
  const [tone, word] = describeOutcome(row);
  const retried = row.attempts > 1;
  return (
    <span class="two-lines">
      <Badge tone={tone} title={row.error_code ?? ''}>
        {word}
      </Badge>
      {retried && <span class="muted">{formatPlural(row.attempts, 'attempt')}</span>}
    </span>
  );
}
