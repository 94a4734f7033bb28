import { expect, test } from 'bun:test';
import { setImmediate } from 'node:timers/promises';
import { GroupCommit } from './group-commit.ts';
import type { LedgerWork } from './ports.ts';
import { makeReservation, makeSettlement } from './work.fixture.ts';

/** Less than a rest takes, as long as a turn is no slower than on any machine that runs this. */
const TURNS = 20;
const COMMIT_MS = 3;

/** Commits to a store that holds up the process, as SQLite does. */
function openCommits() {
  const batches: number[] = [];
  const commits = new GroupCommit({
    store: {
      apply: async (works) => {
        batches.push(works.length);
        for (const until = performance.now() + COMMIT_MS; performance.now() < until;);
        return works.map((work) =>
          work.kind === 'reserve'
            ? { granted: true as const, requestId: work.reservation.requestId, amountNano: 1n }
            : undefined,
        );
      },
    },
    spool: undefined,
    onFault: () => undefined,
  });
  return { commits, batches };
}

const reserve = (id: string): LedgerWork => ({
  kind: 'reserve',
  bootId: 1,
  reservation: makeReservation({ requestId: id }),
});
const settle = (id: string): LedgerWork => ({ kind: 'settle', settlement: makeSettlement(id) });

/** Whether it is written within so many turns of the event loop. */
async function isSoon(written: Promise<unknown>): Promise<boolean> {
  let isWritten = false;
  void written.then(() => (isWritten = true));
  for (let turn = 0; turn < TURNS && !isWritten; turn++) await setImmediate();
  return isWritten;
}

test('one request at a time waits for its own commits and for nothing else', async () => {
  const { commits, batches } = openCommits();
  for (const id of ['1', '2', '3']) {
    expect(await isSoon(commits.add(reserve(id)))).toBe(true);
    expect(await isSoon(commits.add(settle(id)))).toBe(true);
  }
  expect(batches).toEqual([1, 1, 1, 1, 1, 1]);
  commits.stop();
});

test('several that come together share a commit', async () => {
  const { commits, batches } = openCommits();
  await Promise.all([commits.add(reserve('1')), commits.add(reserve('2'))]);
  await Promise.all([commits.add(settle('1')), commits.add(settle('2'))]);
  expect(batches).toEqual([2, 2]);
  commits.stop();
});
