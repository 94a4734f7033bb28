import { writeSync } from 'node:fs';
import type { OutputStream } from './context.ts';

/**
 * Standard output or error, written at once: what a stream still holds is lost when the process exits, and with it all
 * but the first 128 KiB of a long list whose reader is slow. Throws when it cannot be written, as on a full disk; a
 * reader that has left, such as `head`, is none of our business.
 */
export function openStandardStream(fd: 1 | 2, isTTY: boolean): OutputStream {
  return { isTTY, write: (text) => writeWhole(fd, Buffer.from(text)) };
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(SLEEPER, 0, 0, 5);
    }
  }
}

const SLEEPER = new Int32Array(new SharedArrayBuffer(4));
