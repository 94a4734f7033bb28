import { useState } from 'preact/hooks';
import { type ApiFailure, toFailure } from '../api/failure.ts';

export interface Submission {
  readonly isBusy: boolean;
  readonly failure: ApiFailure | undefined;
  /** Does it once at a time; true when it was done. */
  readonly run: (action: () => Promise<void>) => Promise<boolean>;
}

/** A change that is under way, and why the last one did not come about. */
export function useSubmission(): Submission {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const run = async (action: () => Promise<void>): Promise<boolean> => {
    if (isBusy) return false;
    setBusy(true);
    setFailure(undefined);
    try {
      await action();
      return true;
    } catch (cause) {
      setFailure(toFailure(cause));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, run };
}
