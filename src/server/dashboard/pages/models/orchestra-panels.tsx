import type { Choice, OrchestraState } from '../../api/models.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Panel } from '../../components/panel.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { When } from '../../components/when.tsx';
import { linkTo } from '../../state/place.ts';

export function OrchestraPanels({
  orchestra: { served, quality, pools, recent },
}: {
  readonly orchestra: OrchestraState;
}) {
  if (!served) {
    return (
      <Panel title="th-orchestra">
        <Empty title="th-orchestra is not served" icon="models">
          It needs models in its pools: put a section <code>orchestra</code> into the configuration file, or a
          provider’s key into the environment.
        </Empty>
      </Panel>
    );
  }
  return (
    <div class="stack">
      <Panel
        title="Pools"
        hint={`From which the model of a request is taken. Quality ${quality}: 0 takes the cheapest of a pool, 1 the best.`}
      >
        <dl class="pools">
          {Object.entries(pools).map(([pool, models]) => (
            <div key={pool}>
              <dt>{pool}</dt>
              <dd>
                {models.length === 0 ? (
                  <span class="muted">empty</span>
                ) : (
                  models.map((model) => (
                    <span key={model} class="chip">
                      {model}
                    </span>
                  ))
                )}
              </dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Panel title="What it chose lately" class="panel-table">
        {recent.length === 0 ? (
          <Empty
            title="It was not asked yet"
            icon="models"
            action={<a href="#/models?show=what-if">Ask what it would do</a>}
          >
            Each request to the model th-orchestra shows here with what was chosen, and why.
          </Empty>
        ) : (
          <DataTable
            caption="What th-orchestra chose, newest first"
            columns={COLUMNS}
            rows={recent}
            keyOf={({ id }) => id}
          />
        )}
      </Panel>
    </div>
  );
}

const COLUMNS: readonly Column<Choice>[] = [
  {
    label: 'Time',
    render: (choice) => (
      <a href={linkTo(['requests', choice.id])}>
        <When at={choice.at} />
      </a>
    ),
  },
  { label: 'Chosen', render: (choice) => choice.model },
  {
    label: 'Pool and role',
    render: (choice) => (
      <span class="two-lines">
        <span>{choice.pool}</span>
        <span class="muted">{choice.role}</span>
      </span>
    ),
  },
  { label: 'Because', class: 'may-wrap', render: (choice) => choice.reason },
  { label: 'Steering', render: (choice) => choice.steering },
  { label: 'Confidence', isNumber: true, render: (choice) => <ShareBar share={choice.confidence} /> },
];
