import { useCallback, useEffect, useState } from 'preact/hooks';
import { type ApiFailure, toFailure } from '../api/failure.ts';

export interface Loaded<T> {
  /** What was read last; it stays while it is read anew, so that nothing on the page moves. */
  readonly data: T | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly key: string;
  readonly data?: T | undefined;
  readonly failure?: ApiFailure | undefined;
  readonly isLoading: boolean;
}

/** Reads what a page shows, anew whenever `key` changes. `kind` tells data apart that must not be shown for another's. */
export function useLoad<T>(key: string, read: (signal: AbortSignal) => Promise<T>, kind = ''): Loaded<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<State<T>>({ key: kind, isLoading: true });
  useEffect(() => {
    const abort = new AbortController();
    setState((last) => (last.key === kind ? { ...last, isLoading: true } : { key: kind, isLoading: true }));
    read(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key: kind, data, isLoading: false });
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        setState((last) => ({ key: kind, data: last.data, failure: toFailure(cause), isLoading: false }));
      },
    );
    return () => abort.abort();
    // `read` is another function each time; what it reads is told by `key`.
  }, [key, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const current = state.key === kind ? state : { isLoading: true, data: undefined, failure: undefined };
  return { data: current.data, failure: current.failure, isLoading: current.isLoading, reload };
}
