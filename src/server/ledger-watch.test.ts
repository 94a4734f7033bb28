import { expect, test } from 'bun:test';
import { type LedgerVerdict, watchLedger } from './ledger-watch.ts';

const GOOD: LedgerVerdict = { entries: 3, driftCount: 0 };

test('again and again, one after the other; a failure is told and is not the end', async () => {
  const told: string[] = [];
  let running = 0;
  const enough = Promise.withResolvers<void>();
  const end = watchLedger({
    everyMs: 1,
    async verify() {
      expect(++running).toBe(1);
      await Bun.sleep(5);
      running--;
      if (told.length === 1) throw new Error('no room');
      return GOOD;
    },
    onVerified: ({ entries, driftCount }) => {
      told.push(`${entries} ${driftCount}`);
      if (told.length >= 4) enough.resolve();
    },
    onFailed: (cause) => void told.push((cause as Error).message),
  });
  await enough.promise;
  end();
  expect(told.slice(0, 4)).toEqual(['3 0', 'no room', '3 0', '3 0']);
});

test('its end ends the one under way, and tells nothing of that', async () => {
  const told: unknown[] = [];
  const begun = Promise.withResolvers<AbortSignal>();
  const end = watchLedger({
    everyMs: 1,
    verify: (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')));
        begun.resolve(signal);
      }),
    onVerified: (verdict) => told.push(verdict),
    onFailed: (cause) => told.push(cause),
  });
  const signal = await begun.promise;
  end();
  await Bun.sleep(20);
  expect([signal.aborted, told]).toEqual([true, []]);
});
