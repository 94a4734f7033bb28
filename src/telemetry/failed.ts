import type { RequestFinished } from './events.ts';

/** Whether the gateway or what is behind it failed; what a client did wrong is no failure. */
export function isFailed({ outcome, status }: Pick<RequestFinished, 'outcome' | 'status'>): boolean {
  return status >= 500 || outcome === 'failed' || outcome === 'upstream_error' || outcome === 'upstream_cut';
}
