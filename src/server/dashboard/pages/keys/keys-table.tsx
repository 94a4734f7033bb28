import type { KeyRow, KeyState } from '../../api/keys.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { When } from '../../components/when.tsx';
import { linkTo } from '../../state/place.ts';
import { BudgetUse } from './budget-use.tsx';
import type { KeyTask } from './key-dialogs.tsx';
import { LimitsOf } from './limits-of.tsx';

const STATES: Readonly<Record<KeyState, readonly [Tone, string]>> = {
  active: ['ok', 'Active'],
  rotated: ['warn', 'Rotated out'],
  expired: ['neutral', 'Expired'],
  revoked: ['neutral', 'Revoked'],
};

interface KeysTableProps {
  readonly rows: readonly KeyRow[];
  readonly isStale: boolean;
  readonly onTask: (task: KeyTask) => void;
}

export function KeysTable({ rows, isStale, onTask }: KeysTableProps) {
  const columns: readonly Column<KeyRow>[] = [
    {
      label: 'Key',
      render: (row) => (
        <span class="two-lines">
          <a href={linkTo(['requests'], { key: row.id })} title={`Requests of ${row.id}`}>
            {row.name}
          </a>
          <code class="muted">{row.prefix}…</code>
        </span>
      ),
    },
    {
      label: 'Account',
      render: (row) => (
        <span class="two-lines">
          <span title={row.account}>{row.account}</span>
        </span>
      ),
    },
    {
      label: 'State',
      render: (row) => (
        <span class="two-lines">
          <Badge tone={STATES[row.state][0]}>{STATES[row.state][1]}</Badge>
          <EndOf row={row} />
        </span>
      ),
    },
    { label: 'Limits', render: (row) => <LimitsOf limits={row} models={row.models} /> },
    { label: 'Spent', isNumber: true, render: (row) => <BudgetUse spent={row.spent_usd} budget={row.budget} /> },
    {
      label: 'Last used',
      isNumber: true,
      render: (row) => (row.last_used_at === null ? <span class="muted">never</span> : <When at={row.last_used_at} />),
    },
    {
      label: 'Actions',
      class: 'is-actions',
      render: (row) => {
        const works = row.state === 'active' || row.state === 'rotated';
        if (!works) return <span class="muted">none</span>;
        return (
          <span class="row-actions">
            <Button
              small
              kind="quiet"
              icon="edit"
              label={`Change ${row.name}`}
              onClick={() => onTask({ kind: 'change', row })}
            >
              Change
            </Button>
            <Button
              small
              kind="quiet"
              icon="rotate"
              label={`Rotate ${row.name}`}
              onClick={() => onTask({ kind: 'rotate', row })}
            >
              Rotate
            </Button>
            <Button
              small
              kind="quiet"
              icon="revoke"
              label={`Revoke ${row.name}`}
              onClick={() => onTask({ kind: 'revoke', row })}
            >
              Revoke
            </Button>
          </span>
        );
      },
    },
  ];
  return <DataTable caption="Keys" columns={columns} rows={rows} keyOf={(row) => row.id} isStale={isStale} />;
}

function EndOf({ row }: { readonly row: KeyRow }) {
  if (row.revoked_at !== null)
    return (
      <span class="muted">
        <When at={row.revoked_at} />
      </span>
    );
  if (row.expires_at !== null)
    return (
      <span class="muted">
        ends <When at={row.expires_at} />
      </span>
    );
  return null;
}
