import { useEffect } from 'preact/hooks';
import { readRequests, REQUEST_FILTERS, type RequestQuery } from '../../api/requests.ts';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { Loading } from '../../components/loading.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { When } from '../../components/when.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { useLoad } from '../../state/load.ts';
import { linkTo } from '../../state/place.ts';
import { goTo } from '../../state/route.ts';
import { RequestFilters } from './request-filters.tsx';
import { RequestsTable } from './requests-table.tsx';

export function RequestsPage({ query }: { readonly query: URLSearchParams }) {
  const asked = Object.fromEntries(query) as RequestQuery;
  const { data, failure, isLoading, reload } = useLoad(query.toString(), (signal) => readRequests(asked, signal));
  const isFiltered = REQUEST_FILTERS.some((name) => query.has(name));
  const before = query.get('before');
  useEffect(() => {
    if (before !== null) window.scrollTo(0, 0);
  }, [before]);
  return (
    <>
      <PageHead title="Requests" lead="Newest first: what each cost, and why.">
        <Button icon="rotate" isBusy={isLoading} onClick={reload}>
          Refresh
        </Button>
      </PageHead>
      <RequestFilters query={query} />
      {failure !== undefined && <FailureNotice failure={failure} what="The requests" onRetry={reload} />}
      <Panel title="Requests" class="panel-table">
        {data === undefined && failure === undefined && <Loading what="the requests" lines={10} />}
        {data !== undefined && data.rows.length === 0 && (
          <Empty
            title={
              data.next !== null
                ? 'None like that so far'
                : isFiltered
                  ? 'No request is like that'
                  : 'There was no request yet'
            }
            icon="requests"
            action={
              isFiltered ? (
                <a href="#/requests">Take all filters away</a>
              ) : (
                <a href="#/playground">Send the first one</a>
              )
            }
          >
            {data.searched_to !== null && (
              <>
                The page looked back to <When at={data.searched_to} as="time" /> UTC. “Older” looks further.{' '}
              </>
            )}
            {isFiltered
              ? 'Take a filter away, or choose other days.'
              : 'Each request to the gateway shows here with what it cost and why.'}
          </Empty>
        )}
        {data !== undefined && data.rows.length > 0 && <RequestsTable rows={data.rows} isStale={isLoading} />}
      </Panel>
      {data !== undefined && (
        <p class="hint">
          Of what this process served since <When at={data.live_since} as="time" /> UTC everything is known, of the rest
          what the ledger keeps. Requests under way show on the page <a href="#/now">Now</a>.
        </p>
      )}
      {data !== undefined && (before !== null || data.next !== null) && (
        <nav class="pager" aria-label="Pages of requests">
          {before === null ? (
            <span />
          ) : (
            <a class="button button-plain" href={linkTo(['requests'], { ...asked, before: undefined })}>
              <Icon name="previous" />
              <span>Newest</span>
            </a>
          )}
          {data.next !== null && (
            <Button onClick={() => goTo(linkTo(['requests'], { ...asked, before: data.next ?? undefined }))}>
              Older
            </Button>
          )}
        </nav>
      )}
    </>
  );
}
