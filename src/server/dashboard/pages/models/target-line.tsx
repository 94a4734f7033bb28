import type { TargetRow } from '../../api/models.ts';
import { Badge } from '../../components/badge.tsx';
import { formatDuration } from '../../format/duration.ts';
import { BREAKER_WORDS } from '../now/breaker-words.ts';

/** Where a model is served, how it does there, and its share. */
export function TargetLine({ target, isOnly }: { readonly target: TargetRow; readonly isOnly: boolean }) {
  const { provider, model, priority, weight, breaker, first_byte_ms: times } = target;
  const isUnknown = breaker.state === 'closed' && breaker.failures === 0 && times === null;
  const [tone, word] = BREAKER_WORDS[breaker.state];
  const notes = [
    isOnly ? '' : `priority ${priority}, weight ${weight}`,
    times === null ? '' : `first byte ${formatDuration(times.p50)}, p95 ${formatDuration(times.p95)}`,
  ].filter(Boolean);
  return (
    <li>
      <Badge tone={isUnknown ? 'neutral' : tone}>{isUnknown ? 'Not asked lately' : word}</Badge>
      <span class="target-name">
        <strong>{provider}</strong> <span class="muted">{model}</span>
      </span>
      {notes.length > 0 && <span class="muted number">{notes.join(' · ')}</span>}
    </li>
  );
}
