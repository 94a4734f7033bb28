import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Settlement } from './ports.ts';
import { readRecords, writeRecord } from './spool-record.ts';

/** Room for some 5,000 settlements: as many as there are streams in one process. */
const SPOOL_BYTES = 2 * 1024 * 1024;

/** A file whose room is taken when it is made: it can be written when the disk is full. */
export interface Spool {
  /** On disk when it returns. Throws when it cannot be written, or has no more room: then as many as fit are in it. */
  append(settlements: readonly Settlement[]): void;
  clear(): void;
  /** Closes and removes it; once more does nothing. */
  remove(): void;
  /** Closes it and leaves it for whoever recovers this process. */
  close(): void;
}

/** `name`: the process's, as its store knows it. */
export function openSpool(directory: string, name: string, bytes: number = SPOOL_BYTES): Spool {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = spoolPath(directory, name);
  const file = openSync(path, 'wx+', 0o600);
  writeSync(file, new Uint8Array(bytes), 0, bytes, 0);
  fsyncSync(file);
  let end = 0;
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    append(settlements) {
      const began = end;
      let written = 0;
      for (const record of settlements.map(writeRecord)) {
        if (end + record.length > bytes) break;
        writeSync(file, record, 0, record.length, end);
        end += record.length;
        written++;
      }
      if (end > began) fsyncSync(file);
      if (written < settlements.length) throw new Error(`${path} is full`);
    },
    clear() {
      // Nothing before the end may look like a record when less is written over it.
      writeSync(file, new Uint8Array(end), 0, end, 0);
      fsyncSync(file);
      end = 0;
    },
    remove() {
      close();
      rmSync(path, { force: true });
    },
    close,
  };
}

/** What a dead process left; nothing where it had no spool file. */
export function readSpool(directory: string, name: string): Settlement[] {
  try {
    return readRecords(readFileSync(spoolPath(directory, name)));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}

export function removeSpool(directory: string, name: string): void {
  rmSync(spoolPath(directory, name), { force: true });
}

function spoolPath(directory: string, name: string): string {
  return join(directory, `${name}.spool`);
}
