import { afterEach, expect, test } from 'bun:test';
import { startWatchdog } from './watchdog.ts';

let stop = () => {};
afterEach(() => stop());

function watched(isHealthy: () => Promise<boolean>) {
  const seen = { fed: 0, changes: [] as boolean[] };
  stop = startWatchdog({
    everyMs: 10,
    isHealthy,
    feed: () => seen.fed++,
    onChange: (healthy) => seen.changes.push(healthy),
  });
  return seen;
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await Bun.sleep(2);
}

test('it is fed while all is well, and not once it is stopped', async () => {
  const seen = watched(async () => true);
  await until(() => seen.fed >= 3);
  stop();
  const { fed } = seen;
  await Bun.sleep(40);
  expect(seen).toEqual({ fed, changes: [] });
});

const UNWELL: readonly [string, () => Promise<boolean>][] = [
  ['says no', () => Promise.resolve(false)],
  ['fails', () => Promise.reject<boolean>(new Error('no store'))],
  ['hangs', () => new Promise(() => {})],
];

test.each(UNWELL)('it is not fed while the check %s', async (_, isHealthy) => {
  const seen = watched(isHealthy);
  await until(() => seen.changes.length > 0);
  await Bun.sleep(40);
  expect(seen).toEqual({ fed: 0, changes: [false] });
});

test('it is fed again when the process is well again; a check that hangs is not asked beside itself', async () => {
  let asked = 0;
  let running: PromiseWithResolvers<boolean> = Promise.withResolvers<boolean>();
  const seen = watched(() => {
    asked++;
    return running.promise;
  });
  await until(() => seen.changes.length === 1);
  await Bun.sleep(40);
  expect(asked).toBe(1);
  const hung = running;
  running = Promise.withResolvers<boolean>();
  running.resolve(true);
  hung.resolve(true);
  await until(() => seen.fed > 0);
  expect(seen.changes).toEqual([false, true]);
});
