/** The program on a machine whose clock is set, forwards and backwards, while it runs. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { allEntries, openHolds } from '../support/ledger-entries.ts';
import { ANSWER_COST, type PricedProgram, pricedProgram } from '../support/priced-program.ts';
import { scratchDirectory, type RunningProgram } from '../support/program.ts';

setDefaultTimeout(60_000);

const LIBRARY = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib/faketime', '/usr/lib64']
  .flatMap((directory) => [`${directory}/faketime/libfaketime.so.1`, `${directory}/libfaketime.so.1`])
  .find((path) => existsSync(path));
if (LIBRARY === undefined) {
  console.warn('\nSKIPPED: THE PROGRAM ON A CLOCK THAT JUMPS. IT NEEDS libfaketime: apt-get install faketime\n');
}

const DAY_S = 86_400;

describe.skipIf(LIBRARY === undefined)('fault 56: a clock that jumps', () => {
  const scratch = scratchDirectory();
  const clock = scratch.file('clock');
  let at: PricedProgram;
  let program: RunningProgram;
  /** Seconds the program's clock is ahead of ours. */
  let aheadS = 0;

  const setClock = (seconds: number) => {
    aheadS = seconds;
    writeFileSync(clock, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  };
  const dayOf = (ms: number) => Math.floor(ms / 1000 / DAY_S);
  /** The program's own day. */
  const today = () => dayOf(Date.now() + aheadS * 1000);

  beforeAll(async () => {
    setClock(0);
    at = await pricedProgram(scratch.path, scratch.file('data'), { log: { level: 'info' } });
    program = await at.start({
      env: {
        LD_PRELOAD: LIBRARY as string,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        // Days are UTC's, wherever the machine stands and whatever its summer is.
        TZ: 'Pacific/Auckland',
      },
    });
  });
  afterAll(async () => {
    await at?.stop();
    scratch.remove();
  });

  async function ask(key: string): Promise<number> {
    const response = await at.ask('openai', key);
    await response.bytes();
    return response.status;
  }

  test('H6: a budget of the day begins anew by the date, not by a job, and a day that was is as it was', async () => {
    // Midnight is kept at a distance.
    const left = DAY_S - ((Date.now() / 1000) % DAY_S);
    setClock(left < 600 ? -3600 : 0);
    const base = aheadS;
    const { id, key } = await at.mint('--budget', '0.000200', '--budget-period', 'day');
    let passed = 0;
    while ((await ask(key)) === 200) passed++;
    expect(passed).toBeGreaterThan(0);
    expect(await ask(key)).toBe(402);
    const first = today();

    setClock(base + DAY_S);
    let next = 0;
    while ((await ask(key)) === 200) next++;
    expect(next).toBe(passed);

    // And back: what was spent that day is still spent.
    setClock(base);
    expect(await ask(key)).toBe(402);
    setClock(base + 40 * DAY_S);
    expect(await ask(key)).toBe(200);

    const days = allEntries(at.dataDir)
      .filter((entry) => entry.key === id)
      .map(({ heldAt }) => dayOf(heldAt) - first);
    expect(days.toSorted((a, b) => a - b)).toEqual([...Array(passed).fill(0), ...Array(next).fill(1), 40]);
    const { rows } = JSON.parse((await at.verb('usage', '--by', 'day', '--key', id, '--json')).stdout) as {
      rows: readonly { day: string; requests: number }[];
    };
    expect(rows.map(({ day, requests }) => [dayOf(Date.parse(day)) - first, requests])).toEqual([
      [0, passed],
      [1, next],
      [40, 1],
    ]);
    setClock(base);
  });

  test('rates and places are counted by a clock that nobody sets', async () => {
    const { key } = await at.mint('--rpm', '3', '--concurrency', '1');
    expect([await ask(key), await ask(key), await ask(key), await ask(key)]).toEqual([200, 200, 200, 429]);
    for (const jump of [DAY_S, -3600, -DAY_S, 0]) {
      setClock(jump);
      expect([jump, await ask(key)]).toEqual([jump, 429]);
    }
  });

  test('a request that lives through jumps is charged once, for the day it was held on, and took no time below nothing', async () => {
    setClock(0);
    const { id, key } = await at.mint('--budget', '1', '--budget-period', 'day');
    const held = today();
    const streams = await Promise.all([
      at.ask('openai', key, { model: 'openai/held', stream: true }),
      at.ask('anthropic', key, { model: 'anthropic/held', stream: true }),
    ]);
    setClock(2 * DAY_S);
    await Bun.sleep(300);
    setClock(-3600);
    await Bun.sleep(300);
    at.release();
    for (const stream of streams) expect(await stream.text()).toMatch(/\[DONE\]|message_stop/);
    const entries = allEntries(at.dataDir).filter((entry) => entry.key === id);
    expect(entries).toHaveLength(2);
    for (const { outcome, cost, heldAt } of entries) {
      expect([outcome, cost, dayOf(heldAt)]).toEqual(['answered', ANSWER_COST, held]);
    }
    await program.said(new RegExp(`(?:${entries.map(({ requestId }) => requestId).join('|')})`));
    await Bun.sleep(200);
    for (const line of program.logLines()) {
      if (line['duration_ms'] !== undefined) expect(line['duration_ms']).toBeGreaterThanOrEqual(0);
    }
  });

  test('a key that is revoked is refused within a second, whatever the clock did', async () => {
    for (const jump of [DAY_S, -DAY_S]) {
      setClock(0);
      const { id, key } = await at.mint();
      expect(await ask(key)).toBe(200);
      setClock(jump);
      expect((await at.verb('keys', 'revoke', id)).code).toBe(0);
      await Bun.sleep(1000);
      expect(await ask(key)).toBe(401);
    }
    setClock(0);
  });

  test('the books of all of it are sound, and the stop is as ever', async () => {
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(openHolds(at.dataDir)).toBe(0);
    expect((await at.verb('ledger', 'verify')).code).toBe(0);
  });
});
