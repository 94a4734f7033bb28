import type { DatabaseSync } from 'node:sqlite';

/** Entries from `from` on and before `before`, by their id. */
export interface Slice {
  readonly from: Uint8Array;
  readonly before: Uint8Array;
}

const BYTES = 8;
/** Above every id: longer, and all ones. */
const BEYOND = new Uint8Array(17).fill(0xff);

/**
 * Cuts the ledger into up to `count` slices that hold every entry once. Ids begin with the time, so that they are about
 * equal where requests came evenly.
 */
export function sliceEntries(db: DatabaseSync, count: number): readonly Slice[] {
  const ends = db.prepare('SELECT min(request_id) AS first, max(request_id) AS last FROM main.entries').get();
  const first = ends?.['first'];
  const last = ends?.['last'];
  if (!(first instanceof Uint8Array) || !(last instanceof Uint8Array)) return [];
  const low = numberAt(first);
  const span = numberAt(last) - low + 1n;
  const bounds = Array.from({ length: count - 1 }, (_, at) => bytesOf(low + (span * BigInt(at + 1)) / BigInt(count)));
  const edges = [new Uint8Array(0), ...bounds, BEYOND];
  return edges.slice(0, -1).map((from, at) => ({ from, before: edges[at + 1] ?? BEYOND }));
}

function numberAt(id: Uint8Array): bigint {
  return Buffer.from(id).readBigUInt64BE();
}

function bytesOf(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
