import { parseMoment } from '../../../accounts/keys/parse-moment.ts';
import type { EntryPage, EntryStore } from '../../../accounts/ledger/entry-store.ts';
import { timeOfId } from '../../../accounts/ledger/id-times.ts';
import type { LedgerStore } from '../../../accounts/ledger/ports.ts';
import type { KeyStore } from '../../../accounts/store/ports.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import type { RequestFinished } from '../../../telemetry/events.ts';
import type { Recorder } from '../../../telemetry/recent/recorder.ts';
import { isAskedFor, toEntryQuery } from './filter.ts';
import { idOf, type Known, toRow } from './row.ts';
import type { Requests, RequestsQuery } from './schema.ts';

export interface RequestServices {
  readonly entries: EntryStore;
  readonly ledger: LedgerStore;
  readonly keys: KeyStore;
  readonly recorder: Recorder;
}

const NOTHING: EntryPage = { entries: [], end: undefined };
const DEFAULT_LIMIT = 50;

/** Requests, newest first: the ledger's, with what is remembered of each, and what is remembered alone. */
export async function listRequests(services: RequestServices, query: RequestsQuery): Promise<Requests> {
  const { entries, recorder } = services;
  checkTimes(query);
  const limit = query.limit ?? DEFAULT_LIMIT;
  const remembered = recorder.requests.byId();
  if (query.id !== undefined) return onlyOne(services, query, remembered);
  const asked = toEntryQuery(query, limit);
  const page = asked === undefined ? NOTHING : await entries.page(asked);
  const known = new Map<string, Known>();
  for (const entry of page.entries) known.set(entry.requestId, { entry, event: remembered.get(entry.requestId) });
  for (const event of remembered.values()) {
    const { requestId } = event;
    // What is older than the page of the ledger is for the pages that follow.
    if (known.has(requestId) || (page.end !== undefined && requestId < page.end)) continue;
    if (isAskedFor(event, query)) known.set(requestId, { entry: undefined, event });
  }
  const newestFirst = [...known.values()].sort((a, b) => (idOf(a) < idOf(b) ? 1 : -1));
  const shown = newestFirst.slice(0, limit);
  const last = shown.at(-1);
  const next = newestFirst.length > limit && last !== undefined ? idOf(last) : page.end;
  return answer(services, shown, next);
}

/** Whatever else is asked for has to fit, too. */
async function onlyOne(
  services: RequestServices,
  query: RequestsQuery,
  remembered: ReadonlyMap<string, RequestFinished>,
): Promise<Requests> {
  const id = query.id as string;
  const { id: _id, limit: _limit, ...filter } = query;
  const event = remembered.get(id);
  const asked = toEntryQuery({ ...filter, before: after(id) }, 1);
  const [entry] = asked === undefined ? [] : (await services.entries.page(asked)).entries;
  if (entry?.requestId === id && (query.before === undefined || id < query.before)) {
    return answer(services, [{ entry, event }], undefined);
  }
  const isMeant = event !== undefined && isAskedFor(event, query) && (await services.ledger.entry(id)) === undefined;
  return answer(services, isMeant ? [{ entry: undefined, event }] : [], undefined);
}

/** The id that follows. */
function after(id: string): string {
  const next = (BigInt(`0x${id.slice(-32)}`) + 1n).toString(16).padStart(32, '0');
  return `req_th_${next.length > 32 ? 'f'.repeat(32) : next}`;
}

async function answer(
  { keys, recorder }: RequestServices,
  shown: readonly Known[],
  next: string | undefined,
): Promise<Requests> {
  const ids = new Set(shown.flatMap(({ entry, event }) => (entry ?? event)?.keyId ?? []));
  const names = new Map(await Promise.all([...ids].map(async (id) => [id, (await keys.findById(id))?.name] as const)));
  return {
    rows: shown.map((known) => toRow(known, (id) => names.get(id))),
    next: next ?? null,
    searched_to: next === undefined ? null : new Date(timeOfId(next)).toISOString(),
    live_since: new Date(recorder.liveSinceMs).toISOString(),
  };
}

function checkTimes(query: RequestsQuery): void {
  for (const param of ['since', 'until'] as const) {
    const text = query[param];
    if (text !== undefined && parseMoment(text) === undefined) {
      throw new ApiError('invalid_value', `${param}: there is no such time`, { param });
    }
  }
}
