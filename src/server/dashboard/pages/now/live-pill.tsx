import type { LiveState } from '../../state/live-now.ts';

const WORDS: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
};

/** Whether the numbers are those of this second. */
export function LivePill({ state }: { readonly state: LiveState }) {
  return (
    <span class={`live live-${state}`}>
      <span class="live-lamp" aria-hidden="true" />
      {WORDS[state]}
    </span>
  );
}
