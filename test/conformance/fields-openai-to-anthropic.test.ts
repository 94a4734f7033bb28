import { describe, expect, test } from 'bun:test';
import { message, text } from './support/anthropic-answers.ts';
import { conformance, warningsOf, type Body } from './support/conformance.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const TOOLS = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];

interface Row {
  /** Members of the request beside `model` and `messages`. */
  readonly given: object;
  /** Members the upstream must have got; undefined: must not have. */
  readonly sent?: Record<string, unknown>;
  /** The warnings, without paths, in any order. */
  readonly warns?: readonly string[];
  /** The path of what is refused. */
  readonly refused?: string;
}

/** One row a rule: what an OpenAI client gives, what an Anthropic upstream gets. */
const ROWS: readonly Row[] = [
  {
    given: { frequency_penalty: 0.5, presence_penalty: 0 },
    sent: { frequency_penalty: undefined },
    warns: ['dropped.frequency_penalty'],
  },
  {
    given: { seed: 7, logit_bias: { 50256: -100 }, top_logprobs: 2 },
    sent: { seed: undefined, logit_bias: undefined },
    warns: ['dropped.seed', 'dropped.logit_bias', 'dropped.top_logprobs'],
  },
  {
    given: {
      logit_bias: {},
      logprobs: false,
      n: 1,
      modalities: ['text'],
      verbosity: 'medium',
      store: false,
      metadata: { a: 'b' },
    },
    sent: { n: undefined, metadata: undefined, store: undefined },
    warns: [],
  },
  {
    given: { verbosity: 'low', store: true, prediction: { type: 'content', content: 'x' } },
    warns: ['dropped.verbosity', 'dropped.store', 'dropped.prediction'],
  },
  {
    given: { user: 'u-1', safety_identifier: 's-1' },
    sent: { metadata: { user_id: 's-1' }, user: undefined },
    warns: [],
  },
  { given: { service_tier: 'default' }, sent: { service_tier: 'standard_only' }, warns: [] },
  { given: { service_tier: 'auto' }, sent: { service_tier: 'auto' }, warns: [] },
  { given: { service_tier: 'flex' }, sent: { service_tier: 'standard_only' }, warns: ['approx.service_tier'] },
  { given: { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } }, refused: 'modalities' },
  { given: { moderation: { policy: { input: { mode: 'block' } } } }, refused: 'moderation' },
  { given: { web_search_options: {} }, refused: 'web_search_options' },
  {
    given: { response_format: { type: 'text' } },
    sent: { output_config: undefined, response_format: undefined },
    warns: [],
  },
  {
    given: { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 4000, reasoning_effort: 'low' },
    sent: { thinking: { type: 'enabled', budget_tokens: 2000 } },
  },
  {
    given: { reasoning: { max_tokens: 3000 }, max_tokens: 4000 },
    sent: { thinking: { type: 'enabled', budget_tokens: 3000 }, reasoning: undefined },
  },
  { given: { top_k: 5 }, sent: { top_k: 5 }, warns: [] },
  { given: { th_steering: 'off', th_new: 1 }, sent: { th_steering: undefined, th_new: undefined }, warns: [] },
  { given: { brand_new_field: { a: 1 } }, sent: { brand_new_field: undefined }, warns: ['dropped.brand_new_field'] },
  {
    given: {
      temperature: null,
      tools: null,
      stop: null,
      max_tokens: null,
      stream: null,
      response_format: null,
      user: null,
    },
    sent: { temperature: undefined, tools: undefined },
    warns: [],
  },
  { given: { temperature: 'hot' }, refused: 'temperature' },
  { given: { max_tokens: 64.0 }, sent: { max_tokens: 64 }, warns: [] },
  { given: { max_tokens: 64.5 }, refused: 'max_tokens' },
  { given: { messages: [] }, refused: 'messages' },
  { given: { messages: [{ role: 'wizard', content: 'x' }] }, refused: 'messages[0].role' },
  { given: { messages: [user([{ type: 'hologram' }])] }, refused: 'messages[0].content[0].type' },
  {
    given: { messages: [user([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }])] },
    refused: 'messages[0].content[0]',
  },
  { given: { messages: [user(7)] }, refused: 'messages[0].content' },
  { given: { tools: TOOLS, tool_choice: 'sometimes' }, refused: 'tool_choice' },
  {
    given: { prompt_cache_key: 'k' },
    sent: { cache_control: { type: 'ephemeral' }, prompt_cache_key: undefined },
    warns: ['approx.prompt_cache_key'],
  },
  {
    given: { prompt_cache_key: 'k', prompt_cache_retention: '24h' },
    sent: { cache_control: { type: 'ephemeral', ttl: '1h' } },
  },
  {
    given: { temperature: 0.5, reasoning_effort: 'medium', max_tokens: 4000 },
    sent: { temperature: undefined, thinking: { type: 'enabled', budget_tokens: 2000 } },
    warns: ['dropped.temperature'],
  },
  {
    given: { stream_options: { include_usage: true, include_obfuscation: false } },
    sent: { stream_options: undefined },
    warns: [],
  },
  {
    given: { messages: [{ role: 'system', content: 'Only this.' }] },
    sent: { messages: [user('Only this.')], system: undefined },
  },
  {
    given: { messages: [user('a'), user('b')] },
    sent: {
      messages: [
        user([
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ]),
      ],
    },
    warns: [],
  },
  { given: { messages: [{ role: 'user', name: 'Ann', content: 'a' }] }, sent: { messages: [user('a')] }, warns: [] },
  {
    given: { messages: [user('a'), { role: 'assistant', refusal: 'No.' }, user('b')] },
    sent: { messages: [user('a'), { role: 'assistant', content: 'No.' }, user('b')] },
  },
];

describe('every member of an OpenAI request has its place before an Anthropic upstream', () => {
  const model = th.model('anthropic', { dialect: { sampling: 'full', thinking: 'budget' } });
  for (const row of ROWS) {
    test(JSON.stringify(row.given), async () => {
      model.answer(message([text('ok')]));
      const before = model.requests.length;
      const response = await th.post('openai', { model: model.id, messages: [user('Hi')], ...row.given });
      const answer = (await response.json()) as Body;
      if (row.refused !== undefined) {
        expect(response.status, JSON.stringify(answer)).toBe(400);
        expect(answer.error.type).toBe('invalid_request_error');
        expect(answer.error.param).toStartWith(row.refused);
        expect(model.requests).toHaveLength(before);
        return;
      }
      expect(response.status, JSON.stringify(answer)).toBe(200);
      const sent = model.sent();
      for (const [name, value] of Object.entries(row.sent ?? {})) expect(sent[name], name).toEqual(value);
      if (row.warns !== undefined) {
        expect(
          warningsOf(response)
            .map((warning) => warning.split('=')[0]!)
            .toSorted(),
        ).toEqual([...row.warns].toSorted());
      }
    });
  }

  test('an end user who is an e-mail address is not told to the upstream', async () => {
    model.answer(message([text('ok')]));
    await (await th.post('openai', { model: model.id, messages: [user('Hi')], user: 'ann@example.com' })).text();
    expect(model.sent().metadata.user_id).toMatch(/^sha256:[0-9a-f]{32}$/);
  });
});
