import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Listen } from '../config/config.ts';
import { parseListen } from '../config/kinds.ts';

const FILE = 'admin-listen';

/**
 * Writes down where the admin listener of a running server is, for `admin token`: a flag, a variable of the server's own
 * or a port that was free may have put it elsewhere than the file says. Returns what takes that back. A disk that does
 * not take it is told of by what matters more.
 */
export function noteAdminPlace(dataDir: string, url: string | undefined): () => void {
  const path = join(dataDir, FILE);
  const place = url?.replace(/^http:\/\//, '');
  const quietly = (work: () => void) => {
    try {
      work();
    } catch {
      // See above.
    }
  };
  quietly(() => (place === undefined ? rmSync(path, { force: true }) : writeFileSync(path, place, { mode: 0o600 })));
  return () => {
    // Another server on the same directory may have written its own since.
    if (place !== undefined && read(path) === place) quietly(() => rmSync(path, { force: true }));
  };
}

/** Undefined: no server has said so. */
export function findAdminPlace(dataDir: string): Listen | undefined {
  return parseListen(read(join(dataDir, FILE)) ?? '');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
