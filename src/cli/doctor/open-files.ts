import type { Finding } from './finding.ts';

/** A stream holds the client's connection and the provider's. */
const FILES_A_STREAM = 2;
/** The database, the log, listeners and the runtime's own. */
const OTHER_FILES = 64;
const FEW_STREAMS = 2000;
const TOO_FEW_STREAMS = 100;

/** From the text of `/proc/PID/limits`; undefined where there is none. */
export function checkOpenFiles(limits: string | undefined, whose: string): Finding {
  const check = 'open files';
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? '')?.[1];
  if (soft === undefined) return { check, status: 'skip', detail: 'this system does not tell its limit' };
  const files = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  const streams = Math.max(0, Math.floor((files - OTHER_FILES) / FILES_A_STREAM));
  const detail = `${soft} ${whose}, enough for ${Number.isFinite(streams) ? streams : 'any number of'} streams at a time`;
  if (streams >= FEW_STREAMS) return { check, status: 'ok', detail };
  const fix = 'Raise the hard limit: LimitNOFILE=65536 in the unit, `ulimit -n 65536` in a shell.';
  return { check, status: streams < TOO_FEW_STREAMS ? 'fail' : 'warn', detail, fix };
}
