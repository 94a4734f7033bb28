import type { RequestFinished } from '../events.ts';

export interface AttemptResult {
  readonly provider: string;
  /** `ok`, the gateway's code for what went wrong, or how the request ended. */
  readonly result: string;
}

/** What became of each request to an upstream, the one that was answered last. */
export function resultsOf(event: RequestFinished): readonly AttemptResult[] {
  const lost = event.lost.map(({ provider, errorCode }) => ({ provider, result: errorCode }));
  if (!hasKept(event)) return lost;
  const result = event.outcome === 'answered' ? 'ok' : (event.errorCode ?? event.outcome);
  return [...lost, { provider: event.provider as string, result }];
}

/** Whether one of the tries came to something, if only to an answer that broke off. */
export function hasKept({ provider, attempts, lost }: RequestFinished): boolean {
  return provider !== undefined && attempts > lost.length;
}
