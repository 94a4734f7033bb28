import { clearInterval, setInterval, setTimeout } from 'node:timers';

export interface WatchdogOptions {
  readonly everyMs: number;
  /** Whether the process does its work. */
  readonly isHealthy: () => Promise<boolean>;
  readonly feed: () => void;
  /** Told when health changes, and not again while it stays. */
  readonly onChange: (healthy: boolean) => void;
}

/**
 * Feeds a watchdog for as long as timers run and the process is healthy. A check that does not end within a period
 * counts as failed, and no second one is begun beside it. Returns how to stop.
 */
export function startWatchdog({ everyMs, isHealthy, feed, onChange }: WatchdogOptions): () => void {
  let running = false;
  let wasHealthy = true;
  let stopped = false;
  const settle = (healthy: boolean) => {
    if (stopped) return;
    if (healthy !== wasHealthy) onChange(healthy);
    wasHealthy = healthy;
    if (healthy) feed();
  };
  const check = async () => {
    if (running) return settle(false);
    running = true;
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), everyMs * PATIENCE);
    const asked = isHealthy().catch(() => false);
    void asked.then(() => (running = false));
    settle(await Promise.race([asked, late.promise]));
    clearTimeout(timer);
  };
  const timer = setInterval(() => void check(), everyMs);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

/** Of a period; what answers at its very end would feed too late. */
const PATIENCE = 0.8;
