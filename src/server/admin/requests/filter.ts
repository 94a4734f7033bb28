import type { EntryQuery } from '../../../accounts/ledger/entry-store.ts';
import type { RequestFinished } from '../../../telemetry/events.ts';
import { startOf } from './row.ts';
import { ENDS, type RequestsQuery } from './schema.ts';

/** The ends whose whole answer was sent. */
const OK: ReadonlySet<string> = new Set(['answered', 'replayed'] satisfies (typeof ENDS)[number][]);

/** What is asked for, of the ledger. Undefined: nothing in it can be meant. */
export function toEntryQuery(query: RequestsQuery, limit: number): EntryQuery | undefined {
  const { account, key, model, provider, before, since, until } = query;
  const outcome = outcomeOf(query);
  if (outcome === 'none') return undefined;
  return {
    limit,
    ...(before === undefined ? {} : { before }),
    ...(account === undefined ? {} : { account }),
    ...(key === undefined ? {} : { keyId: key }),
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  };
}

function outcomeOf({ outcome, state }: RequestsQuery): EntryQuery['outcome'] | 'none' {
  if (outcome !== undefined) {
    const isMeant = state === undefined || OK.has(outcome) === (state === 'ok');
    return isMeant ? { among: [outcome] } : 'none';
  }
  if (state === undefined) return undefined;
  return state === 'ok' ? { among: [...OK] } : { notAmong: [...OK] };
}

/** The same question, of what is remembered. */
export function isAskedFor(event: RequestFinished, query: RequestsQuery): boolean {
  const { account, key, model, provider, before, since, until, outcome, state } = query;
  if (account !== undefined && event.account !== account) return false;
  if (key !== undefined && event.keyId !== key) return false;
  if (model !== undefined && event.model !== model) return false;
  if (provider !== undefined && event.provider !== provider) return false;
  if (before !== undefined && event.requestId >= before) return false;
  if (outcome !== undefined && event.outcome !== outcome) return false;
  // An answer that is sent again may be an error.
  if (state !== undefined && (OK.has(event.outcome) && event.status < 400) !== (state === 'ok')) return false;
  const atMs = startOf(event);
  return (since === undefined || atMs >= Date.parse(since)) && (until === undefined || atMs < Date.parse(until));
}
