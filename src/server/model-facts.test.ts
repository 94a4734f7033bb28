import { expect, test } from 'bun:test';
import { configOf } from '../config/load.fixture.ts';
import { buildGraph } from './graph.ts';
import { factsOf } from './model-facts.ts';
import { modelDocument } from './models-document.ts';

const { catalogue, orchestra } = buildGraph(
  configOf(
    `
providers:
  secret-vendor: { shape: openai, base_url: "https://hidden.internal/v1", api_key: "\${KEY}", dialect: { images: none, pdf: false } }
  other: { shape: openai, base_url: "https://other.internal/v1", api_key: "\${KEY}" }
models:
  plain:
    targets: [{ provider: secret-vendor, model: internal-name }]
    price: { input: 1.2, output: 6, cache_read: 0.000000001, request: 0.5 }
    tools: false
  shared:
    targets:
      - { provider: other, model: b, priority: 1, price: { input: 9, output: 9 } }
      - { provider: secret-vendor, model: a, price: { input: 3, output: 15 } }
  unpriced: { targets: [{ provider: secret-vendor, model: a }] }
`,
    { env: { KEY: 'k' } },
  ),
  { userAgent: 'test', via: 'test' },
);
const facts = (id: string) => {
  const model = catalogue.find(id);
  if (model === undefined) throw new Error(`there is no model ${id}`);
  return factsOf(model);
};

test('a price is the shortest decimal text that is exact', () => {
  expect(facts('plain').price).toEqual({
    input: '1.2',
    output: '6',
    cache_read: '0.000000001',
    cache_write: '1.2',
    request: '0.5',
  });
});

test('of targets with prices of their own that of the first one is told, and none where none is known', () => {
  expect(facts('shared').price).toMatchObject({ input: '3', output: '15' });
  expect(facts('unpriced').price).toBeUndefined();
  expect(factsOf(orchestra.model).price).toBeUndefined();
});

test('a model takes what one of its targets takes', () => {
  expect(facts('plain').takes).toEqual(['json', 'schema']);
  expect(facts('unpriced').takes).toEqual(['tools', 'json', 'schema']);
  expect(facts('shared').takes).toEqual(['images', 'pdf', 'tools', 'json', 'schema']);
});

test('the document of a model has both', () => {
  const model = catalogue.find('plain');
  expect(model && modelDocument(model, 0)).toMatchObject({ takes: ['json', 'schema'], price: { input: '1.2' } });
});
