import { useEffect, useState } from 'preact/hooks';

/** The time, now and then: for "3 min ago". */
export function useClock(everyMs = 15_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
