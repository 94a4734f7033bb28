import type { ModelRow, Price, TargetRow } from '../../api/models.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { formatCount } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatUsd } from '../../format/money.ts';
import { linkTo } from '../../state/place.ts';
import { BREAKER_WORDS } from '../now/breaker-words.ts';

export function ModelCard({ model }: { readonly model: ModelRow }) {
  const { id, glob, alias_of: alias, price, price_source: source, context, max_output: output, targets } = model;
  return (
    <li class="model">
      <div class="model-head">
        <h3>{id}</h3>
        {glob ? (
          <Badge tone="neutral">Any that match</Badge>
        ) : (
          <CopyButton kind="quiet" text={id} what={`the name ${id}`} />
        )}
        {!glob && (
          <a
            class="button button-quiet button-small"
            href={linkTo(['playground'], { model: id })}
            aria-label={`Try ${id} in the playground`}
          >
            Try it
          </a>
        )}
      </div>
      <p class="model-traits">
        {alias != null && <span>alias of {alias}</span>}
        {context != null && <span>{formatCount(context)} tokens of context</span>}
        {output != null && <span>up to {formatCount(output)} out</span>}
        {model.tools === true && <span>tools</span>}
        {model.vision === true && <span>images</span>}
        {(model.shapes ?? []).map((shape) => (
          <span key={shape}>{shape}</span>
        ))}
      </p>
      <p class="model-price">
        {price === null ? (
          <span class="muted">{glob ? 'Priced once a client names one' : 'No price: it costs nothing'}</span>
        ) : (
          <PriceOf price={price} />
        )}
        {source != null && price !== null && <span class="muted">from {source}</span>}
      </p>
      <ul class="targets" aria-label={`Targets of ${id}`}>
        {targets.map((target) => (
          <Target key={`${target.provider}/${target.model}`} target={target} isOnly={targets.length === 1} />
        ))}
      </ul>
    </li>
  );
}

function PriceOf({ price: { input, output, cache_read: read, cache_write: write } }: { readonly price: Price }) {
  return (
    <>
      <PricePart name="in" usd={input} />
      <PricePart name="out" usd={output} />
      {read != null && <PricePart name="cache read" usd={read} />}
      {write != null && <PricePart name="cache write" usd={write} />}
    </>
  );
}

function PricePart({ name, usd }: { readonly name: string; readonly usd: string }) {
  return (
    <span class="price-part" title={`${formatUsd(usd, 9)} for a million tokens`}>
      <span class="number">{formatUsd(usd)}</span> <span class="muted">{name}</span>
    </span>
  );
}

function Target({ target, isOnly }: { readonly target: TargetRow; readonly isOnly: boolean }) {
  const { provider, model, priority, weight, breaker, first_byte_ms: times } = target;
  const state = breaker?.state ?? 'closed';
  const [tone, word] = BREAKER_WORDS[state];
  return (
    <li>
      <Badge tone={breaker === null ? 'neutral' : tone}>{breaker === null ? 'Not asked yet' : word}</Badge>
      <span class="target-name">
        <strong>{provider}</strong> <span class="muted">{model}</span>
      </span>
      <span class="muted number">
        {[
          isOnly ? '' : `priority ${priority}, weight ${weight}`,
          times?.p50 == null
            ? ''
            : `first byte ${formatDuration(times.p50)}${times.p95 == null ? '' : `, p95 ${formatDuration(times.p95)}`}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </li>
  );
}
