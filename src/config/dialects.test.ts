import { describe, expect, test } from 'bun:test';
import { ANTHROPIC_CAPABILITIES, OPENAI_CAPABILITIES } from '../protocol/transcode/capabilities.ts';
import { configOf, problemsOf } from './load.fixture.ts';
import { readDialect, writeDialect } from './schema-dialect.ts';
import { nodeAt } from './schema-walk.ts';
import { describeConfig } from './show.ts';

const PROVIDER = 'shape: openai, base_url: "http://127.0.0.1:9/v1"';
const fileWith = (dialect: string): string => `providers: { p: { ${PROVIDER}, dialect: { ${dialect} } } }`;

/** What the limits of a model say, and the switch of the model's own. */
const NOT_IN_DIALECT = ['context', 'maxOutput', 'tools'];

/** An example of every option, by its name. */
const EVERY_OPTION = Object.fromEntries(
  Object.entries(nodeAt(['providers', 'p', 'dialect'])?.properties ?? {})
    .filter(([key]) => key !== 'auth')
    .map(([key, node]) => [key, node.examples?.[0]]),
);

describe('the dialect section', () => {
  test('has a word for everything an upstream may differ in, and each knows its default', () => {
    const defaults = Object.fromEntries(
      Object.entries(nodeAt(['providers', 'p', 'dialect'])?.properties ?? {})
        .filter(([key]) => key !== 'auth')
        .map(([key, node]) => [key, node.default]),
    );
    const { context, maxOutput, tools, ...expected } = OPENAI_CAPABILITIES;
    expect(readDialect(defaults)).toEqual(expected as typeof defaults);
    expect([context, maxOutput, tools]).toEqual([undefined, undefined, true]);
  });

  test('says where the defaults of the Anthropic shape are others', () => {
    for (const [name, value] of Object.entries(ANTHROPIC_CAPABILITIES)) {
      const other = OPENAI_CAPABILITIES[name as keyof typeof OPENAI_CAPABILITIES];
      if (NOT_IN_DIALECT.includes(name) || JSON.stringify(other) === JSON.stringify(value)) continue;
      // Members of OpenAI-shaped answers and requests mean nothing to the other shape.
      if (name === 'reasoningOut') continue;
      const [key = ''] = Object.keys(writeDialect({ [name]: value }));
      const about = nodeAt(['providers', 'p', 'dialect', key])?.description ?? '';
      expect([key, about]).toEqual([key, expect.stringMatching(/[Ss]hape anthropic: |default of that shape/)]);
      if (!about.includes('default of that shape')) expect(about).toContain(String(value));
    }
  });

  test('is carried as it is written: what is left out is not there', () => {
    const [provider] = configOf(fileWith('sampling: none, forced_tool_with_thinking: false')).providers;
    expect(provider?.dialect.written).toEqual({ sampling: 'none', forcedToolWithThinking: false });
  });

  test('may stand on a provider, a model and a target, with every option but auth', () => {
    const dialect = JSON.stringify(EVERY_OPTION);
    const config = configOf(`providers: { p: { ${PROVIDER}, dialect: ${dialect} } }
models: { m: { targets: [{ provider: p, model: m, dialect: ${dialect} }], dialect: ${dialect}, aliases: [n] } }
`);
    const facts = readDialect(EVERY_OPTION);
    expect(Object.keys(facts)).toHaveLength(Object.keys(EVERY_OPTION).length);
    expect(config.providers[0]?.dialect.written).toEqual(facts);
    for (const model of config.models) {
      expect(model.dialect).toEqual(facts);
      expect(model.targets[0]?.dialect).toEqual(facts);
    }
    expect(problemsOf('models: { m: { targets: [{ provider: demo, model: m }], dialect: { auth: none } } }')).toEqual([
      expect.stringContaining('th.yaml:1: models.m.dialect.auth: unknown key "auth". Known here: max_tokens_field, '),
    ]);
  });

  test('is shown in the words of the file, with where each came from', () => {
    const config = configOf(`providers:
  p: { preset: vllm, dialect: { stop_max: 2 } }
models:
  m: { targets: [{ provider: p, model: m, dialect: { prefill: none } }], dialect: { stream_only: true } }
`);
    expect(describeConfig(config)).toMatchObject({
      providers: {
        p: { dialect: { auth: 'none', stop_max: 2, reasoning_in: 'reasoning', prefill: 'continue_final' } },
      },
      models: { m: { dialect: { stream_only: true }, targets: [{ dialect: { prefill: 'none' } }] } },
    });
    expect(config.origins['providers.p.dialect.stop_max']).toEqual({ kind: 'file', file: 'th.yaml', line: 2 });
    expect(config.origins['providers.p.dialect.prefill']).toEqual({ kind: 'preset', name: 'vllm' });
    expect(config.origins['models.m.dialect.stream_only']).toEqual({ kind: 'file', file: 'th.yaml', line: 4 });
  });
});

describe('a mistake in a dialect is told with its line and the nearest word', () => {
  const at = 'th.yaml:1: providers.p.dialect';
  test.each([
    ['samplin: none', `${at}.samplin: unknown key "samplin". Did you mean "sampling"?`],
    ['sampling: nune', `${at}.sampling: expected one of full, one, none, found "nune". Did you mean none?`],
    [
      'effort_levels: [low, hihg]',
      `${at}.effort_levels[1]: expected one of none, minimal, low, medium, high, xhigh, max, found "hihg". Did you mean high?`,
    ],
    ['effort_levels: low', `${at}.effort_levels: expected a list, found "low". Correct the value.`],
    ['stop_max: -1', `${at}.stop_max: expected a whole number of at least 0, found -1. Correct the value.`],
    ['temperature_max: 0', `${at}.temperature_max: expected a number above 0, found 0. Correct the value.`],
    ['pdf: "yes"', `${at}.pdf: expected true or false, found "yes". Correct the value.`],
    [
      'reasoning_out: [Thoughts]',
      `${at}.reasoning_out[0]: expected text that matches ^[a-z][a-z0-9_]*$, found "Thoughts". Correct the value.`,
    ],
    [
      'think_switch: enable-thinking',
      `${at}.think_switch: expected one of none, reasoning_effort, thinking, enable_thinking, chat_template_kwargs, reasoning, found "enable-thinking". Did you mean enable_thinking?`,
    ],
  ])('%s', (dialect, problem) => expect(problemsOf(fileWith(dialect))).toEqual([problem]));

  test('on a target too, and one that is wrong does not spoil the others', () => {
    const problems = problemsOf(`providers: { p: { ${PROVIDER} } }
models:
  m:
    targets:
      - provider: p
        model: m
        dialect: { prefil: none, cache: brekpoint }
`);
    expect(problems).toEqual([
      'th.yaml:7: models.m.targets[0].dialect.prefil: unknown key "prefil". Did you mean "prefill"?',
      'th.yaml:7: models.m.targets[0].dialect.cache: expected one of none, cache_control, breakpoint, auto, found "brekpoint". Did you mean breakpoint?',
    ]);
  });
});
