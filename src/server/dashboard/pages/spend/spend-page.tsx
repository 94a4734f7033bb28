import { csvAddress, type Dimension, DIMENSIONS, readSpend, type SpendQuery } from '../../api/spend.ts';
import type { ChartLook } from '../../charts/layer.ts';
import { Choice } from '../../components/choice.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { Loading } from '../../components/loading.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { useLoad } from '../../state/load.ts';
import { changeQuery } from '../../state/route.ts';
import { ActiveFilters } from './active-filters.tsx';
import { readRange } from './range.ts';
import { ChartKind } from './chart-kind.tsx';
import { RangeChoice } from './range-choice.tsx';
import { SpendChart } from './spend-chart.tsx';
import { SpendTable } from './spend-table.tsx';
import { SpendTiles } from './spend-tiles.tsx';

const NAMES: Readonly<Record<Dimension, string>> = {
  model: 'Model',
  provider: 'Provider',
  account: 'Account',
  key: 'Key',
  day: 'Day',
};

export function SpendPage({ query }: { readonly query: URLSearchParams }) {
  const by = DIMENSIONS.find((one) => one === query.get('by')) ?? 'model';
  const { preset, since, until } = readRange(query, Date.now());
  const filter: SpendQuery = {
    since,
    until,
    account: query.get('account') ?? undefined,
    key: query.get('key') ?? undefined,
    model: query.get('model') ?? undefined,
    provider: query.get('provider') ?? undefined,
  };
  const asked = JSON.stringify(filter);
  const table = useLoad(`${by} ${asked}`, (signal) => readSpend([by], filter, signal), by);
  const chartBy: readonly Dimension[] = by === 'day' ? ['day'] : ['day', by];
  const chart = useLoad(`${by} ${asked}`, (signal) => readSpend(chartBy, filter, signal), by);
  const kind: ChartLook['kind'] = query.get('chart') === 'lines' ? 'lines' : 'bars';
  const failure = table.failure ?? chart.failure;
  const isEmpty = table.data !== undefined && table.data.rows.length === 0;
  return (
    <>
      <PageHead title="Spend" lead="What was settled, to the last digit. Days are UTC.">
        <a class="button button-plain" href={csvAddress(by === 'day' ? ['day'] : ['day', by], filter)} download>
          <Icon name="download" />
          <span>CSV</span>
        </a>
      </PageHead>
      <div class="controls">
        <RangeChoice preset={preset} since={since} until={until} />
        <Choice
          legend="Split by"
          value={by}
          options={DIMENSIONS.map((dimension) => [dimension, NAMES[dimension]] as const)}
          onChange={(next) => changeQuery({ by: next === 'model' ? undefined : next })}
        />
      </div>
      <ActiveFilters query={query} />
      {failure !== undefined && (
        <FailureNotice
          failure={failure}
          what="What was spent"
          onRetry={() => {
            table.reload();
            chart.reload();
          }}
        />
      )}
      <SpendTiles total={table.data?.total} forecast={table.data?.forecast ?? null} />
      {isEmpty ? (
        <Panel title="Nothing was spent in these days">
          <Empty
            title="No request was settled"
            icon="coin"
            action={<a href="#/playground">Send one from the playground</a>}
          >
            Choose other days or take a filter away. Requests that are still under way show on the page{' '}
            <a href="#/now">Now</a>.
          </Empty>
        </Panel>
      ) : (
        <>
          <Panel title="By day" class={chart.isLoading ? 'is-stale' : ''} actions={<ChartKind kind={kind} />}>
            {chart.data === undefined ? (
              <Loading what="the chart" lines={7} />
            ) : (
              <SpendChart rows={chart.data.rows} by={by} range={{ since, until }} kind={kind} />
            )}
          </Panel>
          <Panel title={`By ${NAMES[by].toLowerCase()}`}>
            {table.data === undefined ? (
              <Loading what="the table" />
            ) : (
              <SpendTable spend={table.data} by={by} isStale={table.isLoading} />
            )}
          </Panel>
        </>
      )}
    </>
  );
}
