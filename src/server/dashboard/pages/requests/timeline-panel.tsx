import type { Attempt, RequestDetail } from '../../api/requests.ts';
import { Badge } from '../../components/badge.tsx';
import { Empty } from '../../components/empty.tsx';
import { Money } from '../../components/money.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatPlural } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatName } from '../../format/name.ts';

/** Every provider that was asked, on one scale of time. */
export function TimelinePanel({ request }: { readonly request: RequestDetail }) {
  const { timeline } = request;
  const end = Math.max(
    request.duration_ms ?? 0,
    ...timeline.map(({ started_ms: at, took_ms: took }) => (at ?? 0) + (took ?? 0)),
    1,
  );
  const hints = [
    timeline.length > 1 ? `${formatPlural(timeline.length, 'try', 'tries')} until the request ended.` : '',
    request.first_byte_ms === null || timeline.length === 0 ? '' : 'The mark is the first byte.',
  ].filter(Boolean);
  return (
    <Panel title="Attempts" hint={hints.length === 0 ? undefined : hints.join(' ')}>
      {timeline.length === 0 ? (
        <Empty title="No provider was asked" icon="models">
          The request ended before it left the gateway.
        </Empty>
      ) : (
        <ol class="timeline">
          {timeline.map((attempt, index) => (
            <AttemptRow
              key={index}
              attempt={attempt}
              end={end}
              firstByte={index === timeline.length - 1 ? request.first_byte_ms : null}
            />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function AttemptRow({
  attempt,
  end,
  firstByte,
}: {
  readonly attempt: Attempt;
  readonly end: number;
  readonly firstByte: number | null;
}) {
  const {
    provider,
    upstream_model: model,
    started_ms: at,
    took_ms: took,
    result,
    may_cost: mayCost,
    cost_usd: cost,
  } = attempt;
  const isAnswer = result === 'answered';
  const start = ((at ?? 0) / end) * 100;
  const width = Math.max(0.8, ((took ?? end - (at ?? 0)) / end) * 100);
  const mark = firstByte === null || !isAnswer ? undefined : (firstByte / end) * 100;
  return (
    <li>
      <div class="timeline-head">
        <span class="timeline-name">
          <strong>{provider}</strong>
          <span class="muted">{model}</span>
        </span>
        <span class="timeline-result">
          <Badge tone={isAnswer ? 'ok' : 'bad'}>{formatName(result)}</Badge>
          {at !== null && (
            <span class="number muted">
              {took === null
                ? `from ${formatDuration(at)} on`
                : `${formatDuration(took)}, from ${formatDuration(at)} on`}
            </span>
          )}
          {cost !== null && <Money usd={cost} />}
          {cost === null && mayCost && !isAnswer && <span class="muted">the provider may charge for it</span>}
        </span>
      </div>
      {at !== null && (
        <svg
          class={`timeline-track${isAnswer ? '' : ' is-lost'}`}
          viewBox="0 0 100 8"
          preserveAspectRatio="none"
          aria-hidden="true"
          focusable="false"
        >
          <rect class="timeline-rail" width="100" height="8" />
          <rect
            class="timeline-bar"
            x={Math.min(start, 99.2)}
            width={Math.min(width, 100 - Math.min(start, 99.2))}
            height="8"
          />
          {mark !== undefined && <rect class="timeline-mark" x={Math.min(mark, 99.6)} width="0.4" height="8" />}
        </svg>
      )}
    </li>
  );
}
