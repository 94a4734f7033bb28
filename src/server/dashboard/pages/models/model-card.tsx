import type { ModelRow, PriceSource } from '../../api/models.ts';
import { Badge } from '../../components/badge.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { formatCount } from '../../format/count.ts';
import { linkTo } from '../../state/place.ts';
import { PriceParts } from './price-parts.tsx';
import { TargetLine } from './target-line.tsx';

export function ModelCard({ model }: { readonly model: ModelRow }) {
  const { id, glob, price, price_source: source, targets } = model;
  return (
    <li class="model">
      <div class="model-head">
        <h3>{id}</h3>
        {glob ? (
          <Badge tone="neutral">Any that match</Badge>
        ) : (
          <>
            <CopyButton kind="quiet" text={id} what={`the name ${id}`} />
            <a class="button button-quiet button-small" href={linkTo(['playground'], { model: id })}>
              Try it<span class="for-readers">: {id} in the playground</span>
            </a>
          </>
        )}
      </div>
      <p class="model-traits">
        {traitsOf(model).map((trait) => (
          <span key={trait}>{trait}</span>
        ))}
      </p>
      <p class="model-price">
        {price === null ? (
          <span class="muted">{glob ? 'Priced once a client names one' : 'No price: it costs nothing'}</span>
        ) : (
          <>
            <PriceParts price={price} />
            {source !== null && <span class="muted">{describeSource(source)}</span>}
          </>
        )}
      </p>
      <ul class="targets" aria-label={`Targets of ${id}`}>
        {targets.map((target) => (
          <TargetLine key={`${target.provider}/${target.model}`} target={target} isOnly={targets.length === 1} />
        ))}
      </ul>
    </li>
  );
}

function traitsOf({ alias_of: alias, context, max_output: output, tools, vision, shapes, policy, targets }: ModelRow) {
  return [
    alias === null ? '' : `alias of ${alias}`,
    context === null ? '' : `${formatCount(context)} tokens of context`,
    output === null ? '' : `up to ${formatCount(output)} out`,
    tools ? 'tools' : '',
    vision ? 'images' : '',
    shapes.length === 0 ? '' : `speaks ${shapes.join(' and ')}`,
    targets.length > 1 ? `by ${policy}` : '',
  ].filter(Boolean);
}

function describeSource({ kind, preset, as_of: asOf, up_to_input_tokens: upTo }: PriceSource): string {
  if (kind === 'config') return 'as configured';
  if (kind === 'built-in') return 'built in';
  const list = `list of ${preset ?? 'the vendor'}${asOf === undefined ? '' : `, ${asOf}`}`;
  return upTo === undefined ? list : `${list}, up to ${formatCount(upTo)} tokens in`;
}
