import type { Limits } from '../../api/keys.ts';
import { formatCount } from '../../format/count.ts';

interface LimitsOfProps {
  readonly limits: Limits;
  readonly models?: readonly string[] | null;
}

export function LimitsOf({ limits: { rpm, tpm, concurrency }, models }: LimitsOfProps) {
  const said = [
    rpm === null ? '' : `${formatCount(rpm)} requests/min`,
    tpm === null ? '' : `${formatCount(tpm)} tokens/min`,
    concurrency === null ? '' : `${formatCount(concurrency)} at a time`,
  ].filter(Boolean);
  const some = models != null && models.length > 0 ? models : undefined;
  if (said.length === 0 && some === undefined) return <span class="muted">none</span>;
  return (
    <span class="two-lines">
      {said.map((limit) => (
        <span key={limit}>{limit}</span>
      ))}
      {some !== undefined && (
        <span class="muted cut" title={some.join(', ')}>
          {some.join(', ')}
        </span>
      )}
    </span>
  );
}
