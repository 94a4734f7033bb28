import { formatShare } from '../format/rate.ts';

/** A part of a whole, from 0 to 1, as a bar with its number. */
export function ShareBar({
  share,
  tone = 'accent',
  label,
}: {
  readonly share: number;
  readonly tone?: 'accent' | 'warn' | 'bad';
  readonly label?: string;
}) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span class={`share share-${tone}`} title={label}>
      <svg class="share-track" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect width={width} height="6" />
      </svg>
      <span class="number">{formatShare(share)}</span>
    </span>
  );
}
