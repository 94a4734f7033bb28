import { useEffect, useRef } from 'preact/hooks';
import { FailureNotice, Notice } from '../../components/notice.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { announce } from '../../state/announce.ts';
import { type LiveState, useLiveNow } from '../../state/live-now.ts';
import { BreakerBoard } from './breaker-board.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { LivePill } from './live-pill.tsx';
import { LatencyPanel, TrafficPanel } from './live-charts.tsx';
import { NowTiles } from './now-tiles.tsx';

export function NowPage() {
  const { now, series, state, failure } = useLiveNow();
  useAnnouncedState(state);
  return (
    <>
      <PageHead title="Now" lead="The last minute of this process; charts show the last five.">
        <LivePill state={state} />
      </PageHead>
      {failure !== undefined && <FailureNotice failure={failure} what="What happens now" />}
      {now === undefined && failure === undefined && <Loading what="what happens now" lines={8} />}
      {now?.workers != null && (
        <Notice tone="accent" icon="models" title={`Worker ${now.workers.index + 1} of ${now.workers.count}`}>
          Rates, latency and breakers are those of the worker that answers this page. Money is that of all of them.
        </Notice>
      )}
      {now?.draining === true && (
        <Notice tone="warn" title="The gateway is stopping">
          It takes no new requests and lets those under way finish.
        </Notice>
      )}
      {now !== undefined && !now.ready && !now.draining && (
        <Notice tone="bad" title="The gateway takes no requests">
          It answers 503 until its ledger can write again. The log has the cause.
        </Notice>
      )}
      {now !== undefined && (
        <div class={state === 'live' ? 'stack' : 'stack is-stale'}>
          <NowTiles now={now} series={series} />
          <div class="columns">
            <TrafficPanel series={series} />
            <LatencyPanel series={series} />
          </div>
          <div class="columns">
            <LedgerPanel ledger={now.ledger} />
            <BreakerBoard breakers={now.breakers} />
          </div>
        </div>
      )}
    </>
  );
}

/** Says when the page loses the gateway and finds it again; the numbers themselves stay silent. */
function useAnnouncedState(state: LiveState): void {
  const last = useRef<LiveState>('connecting');
  useEffect(() => {
    if (state === 'reconnecting') announce('Connection lost, reconnecting');
    if (state === 'live' && last.current === 'reconnecting') announce('Live again');
    last.current = state;
  }, [state]);
}
