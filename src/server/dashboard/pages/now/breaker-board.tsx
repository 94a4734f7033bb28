import type { Breaker, BreakerState } from '../../api/now.ts';
import { Badge } from '../../components/badge.tsx';
import { Empty } from '../../components/empty.tsx';
import { Panel } from '../../components/panel.tsx';
import { When } from '../../components/when.tsx';
import { formatPlural } from '../../format/count.ts';
import { BREAKER_WORDS } from './breaker-words.ts';

const ORDER: readonly BreakerState[] = ['open', 'half_open', 'closed'];

/** Every target that was asked, those in trouble first. */
export function BreakerBoard({ breakers }: { readonly breakers: readonly Breaker[] }) {
  const sorted = breakers.toSorted(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
      a.provider.localeCompare(b.provider) ||
      a.model.localeCompare(b.model),
  );
  const troubled = breakers.filter(({ state }) => state !== 'closed').length;
  const hint =
    troubled === 0
      ? 'A provider that keeps failing is paused, and tried again a little later.'
      : `${formatPlural(troubled, 'target')} of ${breakers.length} in trouble.`;
  return (
    <Panel title="Providers" hint={hint}>
      {breakers.length === 0 ? (
        <Empty
          title="No provider was asked yet"
          icon="models"
          action={<a href="#/playground">Send a request from the playground</a>}
        >
          Their health shows here with the first request.
        </Empty>
      ) : (
        <ul class="breakers">
          {sorted.map((breaker) => (
            <li key={`${breaker.provider}/${breaker.model}`} class={`breaker breaker-${breaker.state}`}>
              <span class="breaker-name">
                <strong>{breaker.provider}</strong>
                <span class="muted">{breaker.model}</span>
              </span>
              <span class="breaker-state">
                <Badge tone={BREAKER_WORDS[breaker.state][0]}>{BREAKER_WORDS[breaker.state][1]}</Badge>
                <BreakerNote breaker={breaker} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function BreakerNote({ breaker: { failures, retry_at: retryAt, state } }: { readonly breaker: Breaker }) {
  if (state === 'closed') return failures === 0 ? null : <span class="muted">{formatPlural(failures, 'failure')}</span>;
  if (state === 'half_open' || retryAt === null) return <span class="muted">tried with the next request</span>;
  return (
    <span class="muted">
      tried again <When at={retryAt} />
    </span>
  );
}
