import type { Model } from '../gateway/routing/catalogue.ts';
import { factsOf } from './model-facts.ts';

/** One document that both families of SDKs read: OpenAI's `object`/`created`, Anthropic's `type`/`created_at` and page. */
export function modelDocument(model: Model, sinceMs: number): Record<string, unknown> {
  const facts = factsOf(model);
  return {
    id: model.id,
    object: 'model',
    created: Math.floor(sinceMs / 1000),
    owned_by: model.owner ?? model.targets[0]?.provider.name ?? 'tokenharbor',
    type: 'model',
    display_name: model.id,
    created_at: new Date(Math.floor(sinceMs / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
    max_input_tokens: model.context ?? null,
    max_tokens: model.maxOutput ?? null,
    capabilities: null,
    lifecycle: 'active',
    takes: facts.takes,
    price: facts.price ?? null,
  };
}

/** A page of the list, as Anthropic's `limit`, `after_id` and `before_id` ask for it; the whole without them. */
export function modelsPage(models: readonly Model[], query: URLSearchParams, sinceMs: number): Record<string, unknown> {
  const at = (name: string) => models.findIndex((model) => model.id === query.get(name));
  const from = query.has('after_id') ? at('after_id') + 1 : 0;
  const before = query.has('before_id') ? at('before_id') : -1;
  const to = before < 0 ? models.length : before;
  const limit = Math.max(1, Math.floor(Number(query.get('limit') ?? Number.NaN)) || models.length || 1);
  const start = query.has('before_id') && !query.has('after_id') ? Math.max(0, to - limit) : from;
  const page = models.slice(start, Math.min(to, start + limit));
  return {
    object: 'list',
    data: page.map((model) => modelDocument(model, sinceMs)),
    has_more: query.has('before_id') ? start > 0 : start + page.length < to,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
