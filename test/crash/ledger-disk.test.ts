import { describe, expect, test } from 'bun:test';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../src/accounts/ledger/ledger.ts';
import { makeReservation, makeSettlement, NOON } from '../../src/accounts/ledger/work.fixture.ts';
import { openSqliteStores } from '../../src/accounts/store/sqlite/stores.ts';
import { expectSound, makeLedgerDirectory, removeLedgerDirectory } from '../support/ledger-directory.ts';
import { startLedgerProcess } from '../support/ledger-process.ts';

const can = (...command: string[]) => Bun.spawnSync(command, { stdout: 'ignore', stderr: 'ignore' }).success;

const mountable = (() => {
  const directory = makeLedgerDirectory();
  const mounted = can('mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', directory) && can('umount', directory);
  removeLedgerDirectory(directory);
  return mounted;
})();
const traceable = can('strace', '-e', 'trace=none', 'true');

describe.skipIf(!mountable)('fault 52: a disk of 6 MiB (needs the right to mount)', () => {
  test('that is full refuses holds, keeps settlements in the room it took before, and recovers', async () => {
    const mount = makeLedgerDirectory();
    const dataDir = join(mount, 'data');
    try {
      expect(can('mount', '-t', 'tmpfs', '-o', 'size=6m', 'none', mount)).toBe(true);
      mkdirSync(dataDir);
      const stores = openSqliteStores(dataDir);
      const faults: string[] = [];
      const ledger = await openLedger({
        store: stores.ledger,
        spoolDirectory: join(dataDir, 'boots'),
        onFault: (what) => faults.push(what),
        now: () => NOON,
      });
      const ids: string[] = [];
      for (let i = 0; i < 200; i++) ids.push((await ledger.reserve(makeReservation())).requestId);
      fillDisk(mount);
      const told: string[] = [];
      for (const requestId of ids) {
        try {
          await ledger.settle(makeSettlement(requestId));
        } catch (error) {
          told.push((error as { code: string }).code);
        }
      }
      expect(told.length).toBeGreaterThan(0);
      expect([...new Set(told)]).toEqual(['full']);
      await expect(ledger.reserve(makeReservation())).rejects.toMatchObject({ code: 'full' });
      expect(ledger.state().unwritten).toBe(told.length);
      expect(faults).toEqual(['the ledger cannot be written']);

      rmSync(join(mount, 'ballast'));
      for (let i = 0; i < 300 && ledger.state().failure !== undefined; i++) await Bun.sleep(10);
      expect(ledger.state()).toMatchObject({ unwritten: 0, failure: undefined });
      await ledger.close();
      await stores.close();
      expect(
        await expectSound(
          dataDir,
          ids.map((id) => `settled ${id}`),
        ),
      ).toBe(200);
    } finally {
      can('umount', mount);
      removeLedgerDirectory(mount);
    }
  }, 60_000);
});

function fillDisk(mount: string): void {
  const { bavail, bsize } = statfsSync(mount);
  writeFileSync(join(mount, 'ballast'), new Uint8Array(bavail * bsize));
}

describe.skipIf(!traceable)('fault 53: a disk that fails (needs strace)', () => {
  test.each([
    ['fsync,fdatasync', 1],
    ['fsync,fdatasync', 3],
    ['fsync,fdatasync', 12],
    ['pwrite64', 30],
    ['pwrite64', 120],
  ])(
    'every %s from number %d on fails: nothing is acknowledged that is not kept',
    async (call, from) => {
      const dataDir = makeLedgerDirectory();
      try {
        // The database is made before: that one cannot be made on such a disk is another matter.
        openSqliteStores(dataDir).close();
        const wrapper = ['strace', '-f', '-qq', '-e', 'signal=none', '-e', `trace=${call}`, '-o', '/dev/null'];
        const process = startLedgerProcess(
          [dataDir, 'run', '200'],
          [...wrapper, '-e', `inject=${call}:error=EIO:when=${from}+`],
        );
        const { errors } = await process.exited;
        const lines = process.lines();
        if (!lines.some((line) => line.startsWith('refused'))) expect(errors).toMatch(/disk I\/O error|EIO/);
        await expectSound(dataDir, lines);
      } finally {
        removeLedgerDirectory(dataDir);
      }
    },
    120_000,
  );
});
