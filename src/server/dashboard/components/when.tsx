import { formatAgo, formatTime } from '../format/time.ts';
import { useClock } from '../state/clock.ts';
import { Nothing } from './money.tsx';

/** A time: how long ago, or the time itself. The other one is its title. */
export function When({ at, as = 'ago' }: { readonly at: string | null | undefined; readonly as?: 'ago' | 'time' }) {
  const now = useClock();
  if (at == null) return <Nothing />;
  const time = `${formatTime(at)} UTC`;
  const ago = formatAgo(at, now);
  return (
    <time class="number" dateTime={at} title={as === 'ago' ? time : ago}>
      {as === 'ago' ? ago : formatTime(at)}
    </time>
  );
}
