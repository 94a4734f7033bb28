import type { AccountRow } from '../../api/accounts.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Count } from '../../components/count.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { Money } from '../../components/money.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatUsd } from '../../format/money.ts';
import { linkTo } from '../../state/place.ts';
import type { Loaded } from '../../state/load.ts';
import type { AccountTask } from './account-dialogs.tsx';
import { LimitsOf } from './limits-of.tsx';

interface AccountsPanelProps {
  readonly accounts: Loaded<readonly AccountRow[]>;
  readonly onTask: (task: AccountTask) => void;
}

export function AccountsPanel({ accounts: { data, failure, isLoading, reload }, onTask }: AccountsPanelProps) {
  return (
    <Panel
      title="Accounts"
      class="panel-table"
      hint="A prepaid account is refused once its credit is used; the others are billed."
    >
      {failure !== undefined && <FailureNotice failure={failure} what="The accounts" onRetry={reload} />}
      {data === undefined && failure === undefined && <Loading what="the accounts" />}
      {data !== undefined && data.length === 0 && (
        <Empty title="There is no account yet" icon="coin">
          Keys belong to the account “default” unless they say otherwise. Create one for each team or customer that
          pays.
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <DataTable
          caption="Accounts"
          columns={columnsFor(onTask)}
          rows={data}
          keyOf={({ id }) => id}
          isStale={isLoading}
        />
      )}
    </Panel>
  );
}

function columnsFor(onTask: (task: AccountTask) => void): readonly Column<AccountRow>[] {
  return [
    {
      label: 'Account',
      render: ({ id }) => (
        <span class="two-lines">
          <a href={linkTo(['spend'], { account: id, by: 'key' })} title={id}>
            {id}
          </a>
        </span>
      ),
    },
    {
      label: 'Pays',
      render: ({ prepaid }) => <Badge tone={prepaid ? 'accent' : 'neutral'}>{prepaid ? 'Prepaid' : 'By bill'}</Badge>,
    },
    { label: 'Keys', isNumber: true, render: ({ keys }) => <Count of={keys} /> },
    {
      label: 'Limits',
      render: (row) => (
        <span class="two-lines">
          <LimitsOf limits={row} />
          {row.budget !== null && (
            <span class="muted">
              {formatUsd(row.budget.usd)} {row.budget.period === 'total' ? 'in all' : `each ${row.budget.period}`}
            </span>
          )}
        </span>
      ),
    },
    { label: 'Spent in all', isNumber: true, render: (row) => <Money usd={row.spent_usd} /> },
    { label: 'Credit left', isNumber: true, render: (row) => <Money usd={row.balance_usd} /> },
    {
      label: 'Actions',
      class: 'is-actions',
      render: (row) => (
        <span class="row-actions">
          {row.created_at === null ? (
            <Button
              small
              kind="quiet"
              icon="plus"
              label={`Set up ${row.id}`}
              onClick={() => onTask({ kind: 'set up', row })}
            >
              Set up
            </Button>
          ) : (
            <Button
              small
              kind="quiet"
              icon="edit"
              label={`Change ${row.id}`}
              onClick={() => onTask({ kind: 'change', row })}
            >
              Change
            </Button>
          )}
          {row.prepaid && (
            <Button
              small
              kind="quiet"
              icon="coin"
              label={`Credits of ${row.id}`}
              onClick={() => onTask({ kind: 'credits', row })}
            >
              Credits
            </Button>
          )}
        </span>
      ),
    },
  ];
}
