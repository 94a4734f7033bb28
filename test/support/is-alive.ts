import { readFileSync } from 'node:fs';

/** Whether the process runs. What has ended and was not waited for is still there, too, but does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
