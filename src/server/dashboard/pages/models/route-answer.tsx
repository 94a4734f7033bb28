import type { ComponentChildren } from 'preact';
import type { Route, RoutedTarget } from '../../api/route.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { Nothing } from '../../components/money.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { formatCount } from '../../format/count.ts';
import { formatUsd } from '../../format/money.ts';

export function RouteAnswer({ route }: { readonly route: Route }) {
  const { target, pool, role, confidence, score, stage, steering, needs } = route;
  const facts: (readonly [string, ComponentChildren])[] = [
    ['Because', pool === undefined ? route.reason : `${route.reason}; ${route.target_reason ?? ''}`],
    ['Model', route.model],
  ];
  if (pool !== undefined) facts.push(['Pool', pool]);
  if (role !== undefined) facts.push(['Role', role]);
  if (stage !== undefined) facts.push(['Decided by', stage]);
  if (confidence !== undefined) facts.push(['Confidence', <ShareBar share={confidence} />]);
  if (score !== undefined) facts.push(['A stronger model would gain', <ShareBar share={score} />]);
  if (steering !== undefined) facts.push(['Steering', steering]);
  facts.push(['Needs', needs.length === 0 ? 'nothing special' : needs.join(', ')]);
  facts.push(['Input, estimated', `${formatCount(route.input_tokens)} tokens`]);
  facts.push(['Policy', route.policy]);
  return (
    <div class="stack">
      <p class="route-target">
        <strong>{target.provider}</strong> <span>{target.model}</span>
        <Badge tone={target.crosses ? 'warn' : 'ok'}>
          {target.crosses ? `crosses to ${target.shape}` : 'byte for byte'}
        </Badge>
      </p>
      <Facts facts={facts} />
      <DataTable
        caption="Every target, in the order in which they would be tried"
        columns={COLUMNS}
        rows={route.targets}
        keyOf={(row) => `${row.provider} ${row.model}`}
      />
    </div>
  );
}

const COLUMNS: readonly Column<RoutedTarget>[] = [
  {
    label: 'Target',
    render: (row) => (
      <span class="two-lines">
        <span>{row.provider}</span>
        <span class="muted">{row.model}</span>
      </span>
    ),
  },
  {
    label: 'Fits',
    render: (row) =>
      row.fits ? (
        <Badge tone="ok">Yes</Badge>
      ) : (
        <Badge tone="bad">{row.lacks.length === 0 ? 'No' : `Lacks ${row.lacks.join(', ')}`}</Badge>
      ),
  },
  { label: 'Priority', isNumber: true, render: (row) => row.priority },
  { label: 'Weight', isNumber: true, render: (row) => row.weight },
  {
    label: 'In / out',
    isNumber: true,
    render: (row) =>
      row.price === undefined ? <Nothing /> : `${formatUsd(row.price.input)} / ${formatUsd(row.price.output)}`,
  },
];
