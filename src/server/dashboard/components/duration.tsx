import { formatDuration } from '../format/duration.ts';
import { Nothing } from './money.tsx';

export function Duration({ ms }: { readonly ms: number | null | undefined }) {
  if (ms == null) return <Nothing />;
  return (
    <span class="number" title={`${ms} ms`}>
      {formatDuration(ms)}
    </span>
  );
}
