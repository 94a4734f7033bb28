import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Service {
  readonly unit: string;
  readonly pid: number;
}

const UNIT = 'tokenharbor.service';
/** Where control groups of services are, in the unified layout and in the older one. */
const SLICES = [
  'sys/fs/cgroup/system.slice',
  'sys/fs/cgroup/systemd/system.slice',
  'sys/fs/cgroup/unified/system.slice',
];

/**
 * The service whose limits hold: this process where systemd started it, else the server that runs as the unit.
 * Undefined where there is neither.
 */
export function findService(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
  root = '/',
): Service | undefined {
  if (env['SYSTEMD_EXEC_PID'] === String(pid)) {
    const own = /([^/\n]+\.service)(?:\/|$)/m.exec(readText(join(root, 'proc/self/cgroup')) ?? '')?.[1];
    if (own !== undefined) return { unit: own, pid };
  }
  for (const slice of SLICES) {
    const first = /^[1-9]\d*$/m.exec(readText(join(root, slice, UNIT, 'cgroup.procs')) ?? '')?.[0];
    if (first !== undefined) return { unit: UNIT, pid: Number(first) };
  }
  return undefined;
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
