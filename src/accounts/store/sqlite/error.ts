import { StoreError, type StoreErrorCode } from '../store-error.ts';

/**
 * SQLite's own result codes (https://sqlite.org/rescode.html), and the texts that stand for them: on Deno an error
 * raised while a database is opened carries no number.
 */
const CAUSES: readonly (readonly [code: number, text: string, meaning: StoreErrorCode])[] = [
  [5, 'database is locked', 'busy'],
  [6, 'database table is locked', 'busy'],
  [7, 'out of memory', 'io'],
  [8, 'readonly database', 'io'],
  [10, 'disk i/o error', 'io'],
  [11, 'malformed', 'corrupt'],
  [13, 'disk is full', 'full'],
  [14, 'unable to open database', 'io'],
  [15, 'locking protocol', 'busy'],
  [19, 'constraint failed', 'conflict'],
  [26, 'file is not a database', 'corrupt'],
];

const ADVICE = {
  busy: 'Another process kept the database locked for more than 5 seconds. Try again; if it stays, look for a process that hangs.',
  full: 'The disk is full. Make room; nothing was changed.',
  io: 'The database cannot be read or written. Check that the disk works and has room, and that the data directory belongs to this user.',
  corrupt:
    'The database is damaged. Stop every tokenharbor process, keep a copy of the data directory, and put your latest backup of tokenharbor.db in its place.',
} satisfies Partial<Record<StoreErrorCode, string>>;

/** Turns what SQLite threw into an error with a code and an advice. `path` is named for the reader's sake. */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = meaningOf(error, text);
  return new StoreError(code, `${path}: ${text}.${adviceOn(code)}`, error);
}

function adviceOn(code: StoreErrorCode): string {
  return code in ADVICE ? ` ${ADVICE[code as keyof typeof ADVICE]}` : '';
}

/** For damage that a check found rather than a statement. */
export function corruptError(path: string, finding: string): StoreError {
  return new StoreError('corrupt', `${path}: ${finding}. ${ADVICE.corrupt}`);
}

function meaningOf(error: unknown, text: string): StoreErrorCode {
  const number = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  const lower = text.toLowerCase();
  const cause = CAUSES.find(([code, words]) => (number === 0 ? lower.includes(words) : code === number));
  return cause?.[2] ?? 'failed';
}
