import type { PoolClient } from 'pg';

/** A row as PostgreSQL writes it: text, or null. */
export type Row = Record<string, string | null>;

/** One connection, for one piece of work. */
export interface Session {
  /** Sends a statement at once, without waiting for those before it: what is sent together costs one round trip. */
  send(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The same, where there may be a lot to do: it may take `ms`. */
  sendLong(ms: number, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Statements have names, so that each is parsed once on a connection. */
const names = new Map<string, string>();

export function openSession(client: PoolClient): Session {
  const send = async (text: string, values: readonly unknown[] | undefined, ms?: number): Promise<Row[]> => {
    if (values === undefined) return (await client.query({ text, query_timeout: ms })).rows;
    let name = names.get(text);
    if (name === undefined) {
      name = `tokenharbor_${names.size}`;
      names.set(text, name);
    }
    return (await client.query({ name, text, values: values.map(storable), query_timeout: ms })).rows;
  };
  return {
    send: (text, values) => send(text, values),
    sendLong: (ms, text, values) => send(text, values, ms),
  };
}

/** No text of PostgreSQL's has a character 0: a name with one that is looked for is not there, and no fault. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value;
}

/** Waits for all of them, and rejects with what the first of them rejected with: those after it fail of it. */
export async function inTurn<T extends readonly Promise<unknown>[]>(
  sent: readonly [...T],
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  const settled = await Promise.allSettled(sent);
  const failed = settled.find(
    (one): one is PromiseRejectedResult => (one as PromiseSettledResult<unknown>).status === 'rejected',
  );
  if (failed !== undefined) throw failed.reason;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never;
}
