import { Histogram, type Registry } from 'prom-client';
import { BUCKETS, METRIC } from '../names.ts';

const SAMPLE_MS = 500;

/** Measures how much later than it should a timer fires. Returns what ends that. */
export function measureEventLoopLag(registry: Registry): () => void {
  const lag = new Histogram({
    name: METRIC.eventLoopLag,
    help: 'How late a timer fires: for so long the process did nothing else.',
    registers: [registry],
    buckets: [...BUCKETS.eventLoopLag],
  });
  let dueMs = performance.now() + SAMPLE_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lag.observe(Math.max(0, now - dueMs) / 1000);
    dueMs = now + SAMPLE_MS;
  }, SAMPLE_MS);
  timer.unref();
  return () => clearInterval(timer);
}
