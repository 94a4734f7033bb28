import type { Model } from '../../gateway/routing/catalogue.ts';
import { factsOf, type Takes } from '../model-facts.ts';
import { type Html, markup } from './html.ts';

/** The models with their context, what they take and what they cost. */
export function modelTable(models: readonly Model[]): Html {
  if (models.length === 0) return markup`<p>No model that can be listed.</p>`;
  const ofRouted = models.some(({ isRouted }) => isRouted)
    ? markup` <code>th-orchestra</code> costs what the model costs that it chooses.`
    : undefined;
  return markup`<table class="cards models">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">Context</th>
          <th scope="col">Longest answer</th>
          <th scope="col">Takes, besides text</th>
          <th scope="col">Input</th>
          <th scope="col">Output</th>
          <th scope="col">From cache</th>
        </tr>
      </thead>
      <tbody>
        ${models.map(row)}
      </tbody>
    </table>
    <p class="note">Prices are US dollars for a million tokens. A dash: not known.${ofRouted}</p>`;
}

const LABELS: Readonly<Record<Takes, string>> = {
  images: 'images',
  pdf: 'PDF',
  tools: 'tools',
  json: 'JSON',
  schema: 'JSON schema',
  thinking: 'thinking',
};

function row(model: Model): Html {
  const { takes, price } = factsOf(model);
  return markup`<tr>
    <td data-label="Model"><code class="model">${model.id}</code></td>
    <td data-label="Context" class="number">${tokens(model.context)}</td>
    <td data-label="Longest answer" class="number">${tokens(model.maxOutput)}</td>
    <td data-label="Takes">${takes.map((what) => markup`<span class="tag">${LABELS[what]}</span> `)}</td>
    <td data-label="Input" class="number">${price?.input ?? '–'}</td>
    <td data-label="Output" class="number">${price?.output ?? '–'}</td>
    <td data-label="From cache" class="number">${price?.cache_read ?? '–'}</td>
  </tr>`;
}

function tokens(count: number | undefined): string {
  return count === undefined ? '–' : count.toLocaleString('en-US');
}
