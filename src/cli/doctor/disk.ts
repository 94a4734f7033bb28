import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding } from './finding.ts';

const MIB = 2 ** 20;
const LITTLE_BYTES = 1024 * MIB;
const TOO_LITTLE_BYTES = 100 * MIB;
const FEW_FILES = 1000;

/** File systems by the number `statfs` gives them. */
const NETWORK_KINDS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff53_4d42, 'CIFS'],
  [0xfe53_4d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x0102_1997, '9P'],
]);
const PASSING_KINDS: ReadonlyMap<number, string> = new Map([
  [0x0102_1994, 'memory (tmpfs)'],
  [0x794c_7630, "a container's own layer (overlay)"],
]);

export interface FileSystem {
  readonly type: number;
  readonly bsize: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** The nearest directory above that is there; a data directory is made by the first start. */
export function nearestDirectory(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestDirectory(dirname(path));
}

/** Room, and whether the file system is one a database may be on. */
export function checkDisk(dataDir: string, system: FileSystem = statfsSync(nearestDirectory(dataDir))): Finding[] {
  const { type, bsize, bavail, files, ffree } = system;
  const free = bsize * bavail;
  const isFull = free < TOO_LITTLE_BYTES || (files > 0 && ffree === 0);
  const isTight = free < LITTLE_BYTES || (files > 0 && ffree < FEW_FILES);
  const space: Finding = {
    check: 'disk space',
    status: isFull ? 'fail' : isTight ? 'warn' : 'ok',
    detail: `${Math.floor(free / MIB)} MiB free${files > 0 ? `, room for ${ffree} files` : ''} at ${dataDir}`,
    ...(isFull || isTight ? { fix: 'Make room: without it nothing can be settled, and requests are refused.' } : {}),
  };
  // Negative where the number is read as a signed one.
  const kind = type >>> 0;
  const network = NETWORK_KINDS.get(kind);
  const passing = PASSING_KINDS.get(kind);
  if (network !== undefined) {
    const detail = `${dataDir} is on ${network}, whose locks do not hold`;
    return [space, { check: 'file system', status: 'fail', detail, fix: 'Put data_dir on a disk of this machine.' }];
  }
  if (passing !== undefined) {
    const detail = `${dataDir} is on ${passing}: keys and usage are lost with it`;
    return [space, { check: 'file system', status: 'warn', detail, fix: 'Put data_dir on a disk or a volume.' }];
  }
  return [space];
}

const WRITES = 20;
const SLOW_MS = 20;
const TOO_SLOW_MS = 500;

/** Times what a commit waits for: 4 KiB written and brought to the disk. Leaves nothing behind. */
export function checkSync(dataDir: string): Finding {
  const check = 'disk sync';
  if (!existsSync(dataDir)) return { check, status: 'skip', detail: `${dataDir} is not there yet` };
  const path = join(dataDir, `.doctor-${process.pid}`);
  let file: number | undefined;
  try {
    file = openSync(path, 'wx', 0o600);
    const page = Buffer.alloc(4096, 1);
    const took = Array.from({ length: WRITES }, () => {
      const began = performance.now();
      writeSync(file as number, page);
      fsyncSync(file as number);
      return performance.now() - began;
    }).toSorted((a, b) => a - b);
    return rate(took[Math.floor(WRITES / 2)] ?? 0, took.at(-1) ?? 0);
  } catch (error) {
    const { code = 'failed' } = error as { code?: string };
    return {
      check,
      status: 'fail',
      detail: `${dataDir} cannot be written: ${code}`,
      fix: 'Let this user write there.',
    };
  } finally {
    if (file !== undefined) {
      closeSync(file);
      rmSync(path, { force: true });
    }
  }
}

export function rate(middleMs: number, longestMs: number): Finding {
  const detail = `${middleMs.toFixed(1)} ms, at the most ${longestMs.toFixed(1)} ms`;
  if (middleMs < SLOW_MS) return { check: 'disk sync', status: 'ok', detail };
  const fix = 'Put data_dir on a faster disk: requests wait for it.';
  return { check: 'disk sync', status: middleMs < TOO_SLOW_MS ? 'warn' : 'fail', detail, fix };
}
