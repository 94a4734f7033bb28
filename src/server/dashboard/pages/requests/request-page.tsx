import { readRequest } from '../../api/requests.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Loading } from '../../components/loading.tsx';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { useLoad } from '../../state/load.ts';
import { CostPanel } from './cost-panel.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { describeOutcome } from './outcome.ts';
import { RequestFacts } from './request-facts.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { WarningsPanel } from './warnings-panel.tsx';

/** One request: its way through the gateway, and its bill line by line. */
export function RequestPage({ id }: { readonly id: string }) {
  const { data, failure, reload } = useLoad(id, (signal) => readRequest(id, signal), id);
  const outcome = data === undefined ? undefined : describeOutcome(data);
  return (
    <>
      <nav class="crumbs" aria-label="Back">
        <a href="#/requests">Requests</a>
      </nav>
      <PageHead title="Request">{outcome !== undefined && <Badge tone={outcome[0]}>{outcome[1]}</Badge>}</PageHead>
      <div class="request-id">
        <code>{id}</code>
        <CopyButton text={id} what="the request's id" />
      </div>
      {failure !== undefined &&
        (failure.status === 404 ? (
          <Notice tone="warn" title="This request is not known" actions={<a href="#/requests">All requests</a>}>
            It may be mistyped or under way still, or was refused by a process that is gone: such requests leave nothing
            in the ledger.
          </Notice>
        ) : (
          <FailureNotice failure={failure} what="The request" onRetry={reload} />
        ))}
      {data === undefined && failure === undefined && <Loading what="the request" lines={10} />}
      {data !== undefined && (
        <div class="stack">
          {data.detail === 'ledger' && (
            <Notice tone="accent" icon="requests" title="Known from the ledger alone">
              The process that served it is gone, and its timing, warnings and decision with it. The bill is whole.
            </Notice>
          )}
          <RequestFacts request={data} />
          <TimelinePanel request={data} />
          <CostPanel request={data} />
          <div class="columns">
            <TokensPanel usage={data.usage} isEstimated={data.estimated} />
            <DecisionPanel request={data} />
          </div>
          <WarningsPanel request={data} />
        </div>
      )}
    </>
  );
}
