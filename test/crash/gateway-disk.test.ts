/** The program on disks that are full, that may not be written, and that fail. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientShape } from '../support/clients.ts';
import { allEntries, openHolds } from '../support/ledger-entries.ts';
import { makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { ANSWER_COST, type PricedProgram, pricedProgram } from '../support/priced-program.ts';
import { scratchDirectory, type RunningProgram } from '../support/program.ts';

setDefaultTimeout(90_000);

const SHAPES = ['openai', 'anthropic'] as const;

const can = (...command: string[]) => Bun.spawnSync(command, { stdout: 'ignore', stderr: 'ignore' }).success;
const mountable = (() => {
  const directory = makeLedgerDirectory();
  const mounted = can('mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', directory) && can('umount', directory);
  removeLedgerDirectory(directory);
  return mounted;
})();
if (!mountable) console.warn('\nSKIPPED: THE PROGRAM ON FULL DISKS. IT NEEDS THE RIGHT TO MOUNT.\n');
const traceable = can('strace', '-e', 'trace=none', 'true');
if (!traceable) console.warn('\nSKIPPED: THE PROGRAM ON DISKS THAT FAIL. IT NEEDS strace: apt-get install strace\n');

async function expectUnavailable(shape: ClientShape, response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(response.headers.get('x-should-retry')).toBe('true');
  expect(await response.json()).toMatchObject(
    shape === 'openai'
      ? { error: { type: 'server_error', code: 'service_unavailable' } }
      : { type: 'error', error: { type: 'overloaded_error' } },
  );
}

/** Streams that have begun, one in each shape. */
async function begin(at: PricedProgram, key: string): Promise<Response[]> {
  const responses = await Promise.all(
    SHAPES.map((shape) => at.ask(shape, key, { model: `${shape}/held`, stream: true })),
  );
  expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  return responses;
}

async function untilReady(at: PricedProgram): Promise<void> {
  for (let tries = 0; tries < 300 && (await at.readyz()) !== 200; tries++) await Bun.sleep(50);
  expect(await at.readyz()).toBe(200);
}

/** After a stop: every entry as it has to be, and nothing open. */
async function expectBooks(at: PricedProgram, answered: number): Promise<void> {
  const entries = allEntries(at.dataDir);
  expect(entries.filter(({ outcome }) => outcome === 'answered')).toHaveLength(answered);
  for (const { outcome, cost } of entries) {
    if (outcome === 'answered') expect(cost).toBe(ANSWER_COST);
  }
  expect(openHolds(at.dataDir)).toBe(0);
  const { code, stdout } = await at.verb('ledger', 'verify');
  expect([code, stdout]).toEqual([0, expect.stringContaining('all as they should be')]);
}

describe.skipIf(!mountable)('fault 52: a disk of 16 MiB that is full', () => {
  const scratch = scratchDirectory();
  let mount: string;
  let at: PricedProgram;
  let program: RunningProgram;
  let key: string;
  beforeEach(async () => {
    mount = makeLedgerDirectory();
    expect(can('mount', '-t', 'tmpfs', '-o', 'size=16m', 'none', mount)).toBe(true);
    mkdirSync(join(mount, 'data'));
    mkdirSync(scratch.path, { recursive: true });
    at = await pricedProgram(scratch.path, join(mount, 'data'));
    program = await at.start();
    ({ key } = await at.mint('--budget', '1'));
  });
  afterEach(async () => {
    await at.stop();
    can('umount', mount);
    removeLedgerDirectory(mount);
    scratch.remove();
  });

  const ballast = () => join(mount, 'ballast');
  function fill(): void {
    const { bavail, bsize } = statfsSync(mount);
    writeFileSync(ballast(), new Uint8Array(bavail * bsize));
  }

  /** Until a request finds that nothing more can be written. */
  async function fillUp(): Promise<number> {
    let answered = 0;
    fill();
    for (let tries = 0; tries < 2000; tries++) {
      const response = await at.ask('openai', key);
      await response.bytes();
      if (response.status === 503) return answered;
      expect(response.status).toBe(200);
      answered++;
    }
    throw new Error('the disk was never full');
  }

  test('takes no more requests, ends those it has, and goes on when there is room again', async () => {
    const streams = await begin(at, key);
    const answered = await fillUp();
    for (const shape of SHAPES) await expectUnavailable(shape, await at.ask(shape, key));
    expect(await at.readyz()).toBe(503);
    // What is under way goes on, and is settled in the room that was taken before.
    at.release();
    for (const stream of streams) expect(await stream.text()).toMatch(/\[DONE\]|message_stop/);
    expect(await at.readyz()).toBe(503);
    await program.said(/the ledger cannot be written/);

    rmSync(ballast());
    await untilReady(at);
    for (const shape of SHAPES) expect((await at.ask(shape, key)).status).toBe(200);
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    await expectBooks(at, answered + 4);
  });

  test('and is killed: what was settled meanwhile is found by the next start', async () => {
    const streams = await begin(at, key);
    const answered = await fillUp();
    at.release();
    for (const stream of streams) expect(await stream.text()).toMatch(/\[DONE\]|message_stop/);
    program.signal('SIGKILL');
    await program.exited;
    rmSync(ballast());
    const again = await at.start();
    await expectBooks(at, answered + 2);
    again.signal('SIGTERM');
    expect(await again.exited).toBe(0);
  });

  test('before the start: it says so, and starts when there is room', async () => {
    program.signal('SIGTERM');
    await program.exited;
    fill();
    const refused = await at.launch();
    expect(await refused.exited).not.toBe(0);
    // SQLite tells it as an I/O error where it is the shared memory beside the log that has no room.
    expect(refused.output()).toMatch(/disk is full|no space|the disk works and has room/i);
    rmSync(ballast());
    const again = await at.start();
    expect((await at.ask('anthropic', key)).status).toBe(200);
    again.signal('SIGTERM');
    expect(await again.exited).toBe(0);
    await expectBooks(at, 1);
  });
});

describe.skipIf(!mountable)('fault 52: a disk that may only be read', () => {
  test('keeps it from starting, with a line that says what to check', async () => {
    const scratch = scratchDirectory();
    const mount = makeLedgerDirectory();
    expect(can('mount', '-t', 'tmpfs', '-o', 'size=16m', 'none', mount)).toBe(true);
    const at = await pricedProgram(scratch.path, join(mount, 'data'));
    try {
      const first = await at.start();
      const { key } = await at.mint();
      await (await at.ask('openai', key)).bytes();
      first.signal('SIGTERM');
      await first.exited;
      expect(can('mount', '-o', 'remount,ro', mount)).toBe(true);
      const refused = await at.launch();
      expect(await refused.exited).not.toBe(0);
      expect(refused.output()).toMatch(/read-only|readonly|cannot be read or written/i);
      expect(refused.output()).not.toMatch(/\n\s+at /);
      expect(can('mount', '-o', 'remount,rw', mount)).toBe(true);
      const again = await at.start();
      expect((await at.ask('openai', key)).status).toBe(200);
      again.signal('SIGTERM');
      await again.exited;
      await expectBooks(at, 2);
    } finally {
      await at.stop();
      can('umount', mount);
      removeLedgerDirectory(mount);
      scratch.remove();
    }
  });
});

describe.skipIf(!traceable)('fault 53: a disk that fails under the running program', () => {
  test.each([['fsync,fdatasync'], ['pwrite64']])(
    '%s: 503 meanwhile, nothing acknowledged is lost, and it recovers',
    async (calls) => {
      const scratch = scratchDirectory();
      const at = await pricedProgram(scratch.path, scratch.file('data'));
      try {
        const program = await at.start();
        const { key } = await at.mint();
        const streams = await begin(at, key);
        const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`];
        const tracer = Bun.spawn(['strace', '-f', '-qq', '-o', '/dev/null', ...inject, '-p', String(program.pid)], {
          stdout: 'ignore',
          stderr: 'ignore',
        });
        let answered = 0;
        let status = 0;
        for (let tries = 0; tries < 500 && status !== 503; tries++) {
          const response = await at.ask('openai', key);
          await response.bytes();
          ({ status } = response);
          if (status === 200) answered++;
          await Bun.sleep(10);
        }
        for (const shape of SHAPES) await expectUnavailable(shape, await at.ask(shape, key));
        expect(await at.readyz()).toBe(503);
        at.release();
        for (const stream of streams) expect(await stream.text()).toMatch(/\[DONE\]|message_stop/);
        // Only asked to stop it lets go of what it traces.
        tracer.kill('SIGINT');
        await tracer.exited;
        await untilReady(at);
        for (const shape of SHAPES) expect((await at.ask(shape, key)).status).toBe(200);
        program.signal('SIGTERM');
        expect(await program.exited).toBe(0);
        const answers = allEntries(at.dataDir).filter(({ outcome }) => outcome === 'answered').length;
        // One whose commit failed may be on the disk all the same, as one that was refused; none is missing.
        expect(answers).toBeGreaterThanOrEqual(answered + 4);
        await expectBooks(at, answers);
      } finally {
        await at.stop();
        scratch.remove();
      }
    },
  );
});
