import { useEffect, useState } from 'preact/hooks';
import { type Now, type NowWithPoint, readNow, type Series } from '../api/now.ts';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { appendPoint } from './series.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

export interface LiveNow {
  readonly now: Now | undefined;
  readonly series: Series | undefined;
  readonly state: LiveState;
  readonly failure: ApiFailure | undefined;
}

/** Waits between two tries, in ms; the last one is kept. */
const WAITS = [1000, 2000, 4000, 8000, 15_000];
/** A stream that says nothing for so long is taken for dead; an event comes each second. */
const SILENCE_MS = 10_000;

/** What the gateway does now: read whole once, then a second at a time. After a break it is read whole again. */
export function useLiveNow(): LiveNow {
  const [live, setLive] = useState<LiveNow>({
    now: undefined,
    series: undefined,
    state: 'connecting',
    failure: undefined,
  });
  useEffect(() => {
    const abort = new AbortController();
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let tries = 0;

    const later = (ms: number, action: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(action, ms);
    };
    const lose = (failure?: ApiFailure) => {
      source?.close();
      if (abort.signal.aborted) return;
      setLive((last) => ({ ...last, state: 'reconnecting', failure }));
      later(WAITS[Math.min(tries++, WAITS.length - 1)] ?? 1000, () => void connect());
    };
    const connect = async () => {
      try {
        const { series, ...now } = await readNow(abort.signal);
        if (abort.signal.aborted) return;
        setLive((last) => ({ ...last, now, series, failure: undefined }));
      } catch (cause) {
        if (!abort.signal.aborted) lose(toFailure(cause));
        return;
      }
      source = new EventSource('/api/now/stream');
      source.addEventListener('now', (event) => {
        tries = 0;
        later(SILENCE_MS, () => lose());
        const { point, ...now } = JSON.parse((event as MessageEvent<string>).data) as NowWithPoint;
        setLive(({ series }) => ({
          now,
          series: series === undefined ? undefined : appendPoint(series, point),
          state: 'live',
          failure: undefined,
        }));
      });
      source.addEventListener('error', () => lose());
      later(SILENCE_MS, () => lose());
    };

    void connect();
    return () => {
      abort.abort();
      clearTimeout(timer);
      source?.close();
    };
  }, []);
  return live;
}
