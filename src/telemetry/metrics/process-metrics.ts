import { readdirSync, readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';
import { METRIC } from '../names.ts';

/**
 * What the library's own collection would tell of the process is made for Node: of what it reads of V8, Bun has
 * nothing. These are what Prometheus' other clients tell, by their names.
 */
export function registerProcess(registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: METRIC.cpu,
    help: 'User and system CPU time.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: METRIC.residentMemory,
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage().rss);
    },
  });
  const startedS = Math.round(Date.now() / 1000 - process.uptime());
  new Gauge({ name: METRIC.startTime, help: 'When the process started, Unix time.', registers }).set(startedS);
  const openFds = countOpenFiles();
  if (openFds === undefined) return;
  new Gauge({
    name: METRIC.openFds,
    help: 'Open file descriptors.',
    registers,
    collect() {
      this.set(countOpenFiles() ?? 0);
    },
  });
  const most = readMostFiles();
  if (most !== undefined) {
    new Gauge({ name: METRIC.maxFds, help: 'File descriptors that may be open.', registers }).set(most);
  }
}

/** Undefined where the system does not tell. */
export function countOpenFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

function readMostFiles(): number | undefined {
  try {
    const [, most] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return most === undefined ? undefined : Number(most);
  } catch {
    return undefined;
  }
}
