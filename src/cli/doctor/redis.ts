import { RedisLink } from '../../accounts/redis/link.ts';
import type { Finding } from './finding.ts';

const check = 'redis';
const TIMEOUT_MS = 2000;
const ROUND_TRIPS = 5;
/** The gateway waits for 50 ms and then does without; a busy moment must not take it there. */
const SLOW_MS = 10;

/** Whether Redis stores what it is told, and how long it takes. */
export async function checkRedis(url: string): Promise<Finding> {
  let why = '';
  const link = new RedisLink({ url, timeoutMs: TIMEOUT_MS, onChange: (_, reason) => (why = reason) });
  try {
    if (!(await link.tried())) {
      const fix = 'Look at `redis`, at the network and at the server. Meanwhile limits.on_failure says what holds.';
      return { check, status: 'fail', detail: `of no use: ${why}`, fix };
    }
    const took: number[] = [];
    for (let at = 0; at < ROUND_TRIPS; at++) {
      const began = performance.now();
      await link.send(['PING']);
      took.push(performance.now() - began);
    }
    const middle = took.toSorted((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] ?? 0;
    const detail = `stores what it is told, ${middle.toFixed(1)} ms away`;
    if (middle < SLOW_MS) return { check, status: 'ok', detail };
    return { check, status: 'warn', detail, fix: 'Bring Redis nearer: it is given up after 50 ms.' };
  } catch (error) {
    return { check, status: 'fail', detail: `of no use: ${(error as Error).name}` };
  } finally {
    link.close();
  }
}
