import { readModels } from '../../api/models.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Loading } from '../../components/loading.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { useLoad } from '../../state/load.ts';
import { changeQuery } from '../../state/route.ts';
import { CataloguePanel } from './catalogue-panel.tsx';
import { OrchestraPanels } from './orchestra-panels.tsx';
import { WhatIfPanel } from './what-if-panel.tsx';

const VIEWS = ['models', 'orchestra', 'what-if'] as const;

export function ModelsPage({ query }: { readonly query: URLSearchParams }) {
  const view = VIEWS.find((one) => one === query.get('show')) ?? 'models';
  const { data, failure, isLoading, reload } = useLoad('models', readModels);
  return (
    <>
      <PageHead
        title="Models and routes"
        lead="What clients may ask for, where it is served, and why a request goes where it goes."
      >
        <Button icon="rotate" isBusy={isLoading} onClick={reload}>
          Refresh
        </Button>
      </PageHead>
      <div class="controls">
        <Choice
          legend="Show"
          value={view}
          options={[
            ['models', 'Models'],
            ['orchestra', 'th-orchestra'],
            ['what-if', 'What if…'],
          ]}
          onChange={(next) => changeQuery({ show: next === 'models' ? undefined : next })}
        />
      </div>
      {failure !== undefined && <FailureNotice failure={failure} what="The models" onRetry={reload} />}
      {data === undefined && failure === undefined && <Loading what="the models" lines={8} />}
      {data !== undefined && view === 'models' && <CataloguePanel models={data.models} isStale={isLoading} />}
      {data !== undefined && view === 'orchestra' && <OrchestraPanels orchestra={data.orchestra} />}
      {data !== undefined && view === 'what-if' && (
        <WhatIfPanel models={data.models} hasOrchestra={data.orchestra.served} />
      )}
    </>
  );
}
