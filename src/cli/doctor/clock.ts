import type { Finding } from './finding.ts';

/** A provider's clock beside this machine's. */
export interface ClockSample {
  readonly host: string;
  /** How far this machine's clock is ahead, at the least, in milliseconds; a `Date` header has whole seconds. */
  readonly aheadMs: number;
}

const NOTICEABLE_MS = 5000;
const WRONG_MS = 60_000;

/**
 * Days, months and the ends of keys are read off this clock. The middle one of the samples counts: one provider may be
 * wrong.
 */
export function checkClock(samples: readonly ClockSample[]): Finding {
  const check = 'clock';
  const sorted = samples.toSorted((a, b) => a.aheadMs - b.aheadMs);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) return { check, status: 'skip', detail: 'no provider answered that could tell the time' };
  const off = Math.abs(middle.aheadMs);
  const seconds = (off / 1000).toFixed(off < 10_000 ? 1 : 0);
  if (off < NOTICEABLE_MS) {
    return { check, status: 'ok', detail: `within ${NOTICEABLE_MS / 1000} s of ${samples.length} provider(s)` };
  }
  return {
    check,
    status: off < WRONG_MS ? 'warn' : 'fail',
    detail: `${seconds} s ${middle.aheadMs > 0 ? 'ahead of' : 'behind'} ${middle.host}`,
    fix: 'Let the clock be set over the network: timedatectl set-ntp true.',
  };
}

/**
 * The offset that is certain, from an answer's `Date` and this clock before and after: zero where the two may agree.
 * Undefined without a date.
 */
export function aheadOf(date: string | undefined, sentAtMs: number, answeredAtMs: number): number | undefined {
  const toldMs = Date.parse(date ?? '');
  if (Number.isNaN(toldMs)) return undefined;
  // The provider looked at its clock somewhere between, and cut the fraction of the second.
  if (answeredAtMs < toldMs) return answeredAtMs - toldMs;
  if (sentAtMs > toldMs + 1000) return sentAtMs - toldMs - 1000;
  return 0;
}

const STEP_MS = 250;

/** Notes both clocks; the result tells whether the wall clock was moved since, or the other one went back. */
export function watchClocks(wall = Date.now, steady = () => performance.now()): () => Finding {
  const [wallMs, steadyMs] = [wall(), steady()];
  return () => {
    const passed = steady() - steadyMs;
    const moved = wall() - wallMs - passed;
    const check = 'clock runs evenly';
    if (passed < 0)
      return { check, status: 'fail', detail: 'the monotonic clock went back', fix: 'Restart the machine.' };
    if (Math.abs(moved) < STEP_MS) return { check, status: 'ok', detail: `over ${(passed / 1000).toFixed(1)} s` };
    return {
      check,
      status: 'warn',
      detail: `it was moved by ${Math.round(moved)} ms within ${(passed / 1000).toFixed(1)} s`,
      fix: 'Have it slewed instead of set: chrony or systemd-timesyncd do.',
    };
  };
}
