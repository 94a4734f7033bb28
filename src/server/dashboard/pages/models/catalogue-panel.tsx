import { useState } from 'preact/hooks';
import type { ModelRow } from '../../api/models.ts';
import { Empty } from '../../components/empty.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatPlural } from '../../format/count.ts';
import { ModelCard } from './model-card.tsx';

export function CataloguePanel({
  models,
  isStale,
}: {
  readonly models: readonly ModelRow[];
  readonly isStale: boolean;
}) {
  const [sought, setSought] = useState('');
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = models.filter((model) => {
    const text = [model.id, ...model.targets.flatMap(({ provider, model: name }) => [provider, name])]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <Panel
      title={formatPlural(models.length, 'model')}
      hint="Prices are US dollars per million tokens."
      class={isStale ? 'is-stale' : ''}
      actions={
        <input
          class="input search"
          type="search"
          placeholder="Find a model or provider"
          aria-label="Find a model or provider"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      }
    >
      {shown.length === 0 ? (
        <Empty title={models.length === 0 ? 'No model is served' : 'No model is called that'} icon="models">
          {models.length === 0
            ? 'Put a provider’s key into the environment, or models into the configuration file, and start the gateway again.'
            : 'Write less of its name, or another part of it.'}
        </Empty>
      ) : (
        <ul class="models">
          {shown.map((model) => (
            <ModelCard key={model.id} model={model} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
