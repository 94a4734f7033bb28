import { expect, test } from 'bun:test';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BootLocks } from './boot-locks.ts';
import { makeDataDir } from './temporary-stores.fixture.ts';

const SWEEPER = `
  import { BootLocks } from ${JSON.stringify(join(import.meta.dir, 'boot-locks.ts'))};
  const locks = new BootLocks(process.argv.at(-1));
  locks.makeDirectory();
  process.stdout.write('.');
  for (;;) locks.sweep(new Set());`;

test('a lock that is being made while another process sweeps is had, or made under another name', async () => {
  const dataDir = makeDataDir();
  const sweeper = Bun.spawn([process.execPath, '-e', SWEEPER, dataDir], { stdout: 'pipe' });
  try {
    await sweeper.stdout.getReader().read();
    const locks = new BootLocks(dataDir);
    for (let at = 0; at < 500; at++) {
      const { name, lock } = locks.lockNew();
      expect(locks.has(name)).toBe(true);
      expect(new BootLocks(dataDir).tryLock(name)).toBeUndefined();
      lock.release(true);
    }
    expect(sweeper.exitCode).toBeNull();
  } finally {
    sweeper.kill();
    await sweeper.exited;
    rmSync(dataDir, { recursive: true });
  }
});

test('where no file can be made, that is said and not tried for ever', () => {
  const dataDir = makeDataDir();
  const locks = new BootLocks(join(dataDir, 'x'.repeat(300)));
  try {
    expect(() => locks.lockNew()).toThrow();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
