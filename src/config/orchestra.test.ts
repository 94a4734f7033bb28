import { expect, test } from 'bun:test';
import { configOf, problemsOf } from './load.fixture.ts';

const PROVIDERS = `providers:
  a: { shape: openai, base_url: "http://127.0.0.1:9/v1" }
  b: { shape: openai, base_url: "http://127.0.0.1:8/v1" }
  demo: { preset: demo }
`;

test('a pool names models there are, exactly, by alias or through a glob', () => {
  const text = `${PROVIDERS}models:
  m: { targets: [{ provider: a, model: m }], aliases: [fast] }
  "b/*": { targets: [{ provider: b, model: "*" }] }
orchestra: { pools: { planner: [m, fast, b/x], chat: [b/, mm, "c/x"] } }
`;
  expect(problemsOf(text).filter((line) => line.includes('unknown model'))).toEqual([
    'th.yaml:8: orchestra.pools.chat[0]: unknown model "b/". Did you mean "b/*"?',
    'th.yaml:8: orchestra.pools.chat[1]: unknown model "mm". Did you mean "m"?',
    'th.yaml:8: orchestra.pools.chat[2]: unknown model "c/x". Known here: m, fast, b/*.',
  ]);
});

test('without pools every model that has a name is in chat, once, and no demo among real ones', () => {
  const models = `models:
  m: { targets: [{ provider: a, model: m }], aliases: [fast] }
  n: { targets: [{ provider: b, model: n }] }
  "b/*": { targets: [{ provider: b, model: "*" }] }
`;
  expect(configOf(`${PROVIDERS}${models}`).orchestra).toEqual({ pools: { chat: ['m', 'n'] }, quality: 0.5 });
});

test('the demo is routed to where it is all there is, and never in the place of a provider without named models', () => {
  expect(configOf(undefined).orchestra.pools).toEqual({ chat: ['tokenharbor/demo'] });
  expect(configOf(undefined, { env: { OPENAI_API_KEY: 'sk-1' } }).orchestra.pools).toEqual({});
});

test('the dial lies between 0 and 1', () => {
  expect(configOf('orchestra: { quality: 0 }').orchestra.quality).toBe(0);
  expect(configOf('orchestra: { quality: 1 }').orchestra.quality).toBe(1);
  expect(problemsOf('orchestra: { quality: 1.5 }')[0]).toStartWith('th.yaml:1: orchestra.quality: ');
  expect(problemsOf('orchestra: { quality: -0.1 }')[0]).toStartWith('th.yaml:1: orchestra.quality: ');
});

test('no model can have the id of the router', () => {
  expect(problemsOf(`${PROVIDERS}models: { th-orchestra: { targets: [{ provider: a, model: m }] } }`)).toEqual([
    'th.yaml:5: models.th-orchestra: is the id of the router, not of a model. Give the model another id, and name it in orchestra.pools.',
  ]);
});
