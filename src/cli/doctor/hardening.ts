import type { Finding } from './finding.ts';

export interface ProcessFiles {
  /** `/proc/PID/status`. */
  readonly status: string | undefined;
  /** `/proc/PID/mountinfo`; undefined where others may not read it. */
  readonly mounts: string | undefined;
}

/** What of the unit's protection holds for a process, as the kernel tells it. */
export function checkHardening(unit: string | undefined, { status, mounts }: ProcessFiles): Finding {
  const check = 'hardening';
  if (unit === undefined) return { check, status: 'skip', detail: 'no tokenharbor.service runs here' };
  if (status === undefined) return { check, status: 'skip', detail: `${unit}: its process cannot be looked at` };
  const value = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1];
  const isZero = (name: string) => /^0+$/.test(value(name) ?? '');
  const holds: readonly (readonly [string, boolean])[] = [
    ['not root', value('Uid') !== '0'],
    ['no capabilities', isZero('CapEff') && isZero('CapBnd')],
    ['no new privileges', value('NoNewPrivs') === '1'],
    ['system calls filtered', value('Seccomp') === '2'],
    ...(mounts === undefined ? [] : [['file system read-only', isRootReadOnly(mounts)] as const]),
  ];
  const names = (state: boolean) => holds.filter(([, held]) => held === state).map(([name]) => name);
  const missing = names(false);
  if (missing.length === 0) return { check, status: 'ok', detail: `${unit}: ${names(true).join(', ')}` };
  return {
    check,
    status: 'warn',
    detail: `${unit} lacks: ${missing.join(', ')}`,
    fix: 'Use the unit that `tokenharbor systemd print` prints, and `systemctl edit` for changes.',
  };
}

/** The last mount on `/` is the one that is seen. */
function isRootReadOnly(mounts: string): boolean {
  const options = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .findLast(([, , , , at]) => at === '/')?.[5];
  return options?.split(',').includes('ro') === true;
}
