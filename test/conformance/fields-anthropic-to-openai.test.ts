import { describe, expect, test } from 'bun:test';
import { conformance, warningsOf, type Body } from './support/conformance.ts';
import { completion } from './support/openai-answers.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const block = (type: string, more: object) => user([{ type, ...more }]);
const text = (value: string) => ({ type: 'text', text: value });

interface Row {
  readonly given: object;
  readonly sent?: Record<string, unknown>;
  readonly warns?: readonly string[];
  /** How the message of the refusal begins: Anthropic's way to tell a path. */
  readonly refused?: string;
}

const SCHEMA = { type: 'object', properties: {}, additionalProperties: false };

/** One row a rule: what an Anthropic client gives, what an OpenAI upstream gets. */
const ROWS: readonly Row[] = [
  { given: { temperature: 0.7, top_p: 0.9 }, sent: { temperature: 0.7, top_p: 0.9 }, warns: [] },
  { given: { service_tier: 'standard_only' }, sent: { service_tier: 'default' }, warns: [] },
  { given: { service_tier: 'auto' }, sent: { service_tier: 'auto' }, warns: [] },
  { given: { speed: 'fast' }, sent: { speed: undefined }, warns: ['dropped.speed'] },
  {
    given: { speed: 'standard', fallbacks: [], diagnostics: {}, billing_policy: {} },
    sent: { speed: undefined, fallbacks: undefined },
    warns: [],
  },
  { given: { inference_geo: 'eu' }, refused: 'inference_geo' },
  { given: { container: 'c1' }, refused: 'container' },
  { given: { compaction: { enabled: true } }, refused: 'compaction' },
  {
    given: { context_management: { edits: [] } },
    sent: { context_management: undefined },
    warns: ['dropped.context_management'],
  },
  {
    given: { output_config: { task_budget: { tokens: 5 } } },
    sent: { output_config: undefined },
    warns: ['dropped.task_budget'],
  },
  {
    given: { output_format: { type: 'json_schema', schema: SCHEMA } },
    sent: { response_format: { type: 'json_schema', json_schema: { name: 'output', schema: SCHEMA, strict: true } } },
  },
  { given: { cache_control: { type: 'ephemeral' } }, sent: { cache_control: undefined }, warns: [] },
  { given: { brand_new_field: 1 }, sent: { brand_new_field: undefined }, warns: ['dropped.brand_new_field'] },
  { given: { th_steering: 'off' }, sent: { th_steering: undefined }, warns: [] },
  {
    given: { system: null, temperature: null, tools: null, thinking: null, metadata: null, stop_sequences: null },
    warns: [],
  },
  { given: { stop_sequences: ['END'] }, sent: { stop: ['END'] }, warns: [] },
  { given: { temperature: 'hot' }, refused: 'temperature' },
  { given: { max_tokens: 'many' }, refused: 'max_tokens' },
  { given: { max_tokens: 100.0 }, sent: { max_tokens: 100 } },
  { given: { messages: [] }, refused: 'messages' },
  { given: { messages: [{ role: 'wizard', content: 'x' }] }, refused: 'messages.0.role' },
  { given: { messages: [block('hologram', {})] }, refused: 'messages.0.content.0.type' },
  { given: { messages: [block('container_upload', { file_id: 'f' })] }, refused: 'messages.0.content.0' },
  {
    given: { messages: [block('image', { source: { type: 'file', file_id: 'f' } })] },
    refused: 'messages.0.content.0',
  },
  {
    given: { messages: [block('document', { source: { type: 'url', url: 'https://example.com/a.pdf' } })] },
    refused: 'messages.0.content.0',
  },
  {
    given: { messages: [block('document', { source: { type: 'text', media_type: 'text/plain', data: 'The text.' } })] },
    sent: { messages: [user('The text.')] },
  },
  {
    given: { messages: [user([text('a'), text('b')])] },
    sent: { messages: [user([text('a'), text('b')])] },
    warns: [],
  },
  { given: { messages: [user([text('one')])] }, sent: { messages: [user('one')] }, warns: [] },
  {
    given: { messages: [user('a'), { role: 'assistant', content: [text('b'), text('c')] }, user('d')] },
    sent: { messages: [user('a'), { role: 'assistant', content: 'bc' }, user('d')] },
  },
  {
    given: { tools: [{ type: 'bash_20250124', name: 'bash' }] },
    sent: {
      tools: [
        {
          type: 'function',
          function: expect.objectContaining({ name: 'bash', parameters: expect.objectContaining({ type: 'object' }) }),
        },
      ],
    },
  },
  {
    given: {
      tools: [
        {
          name: 'f',
          input_schema: SCHEMA,
          defer_loading: true,
          input_examples: [{}],
          cache_control: { type: 'ephemeral' },
        },
        { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
      ],
    },
    sent: { tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }] },
  },
  {
    given: { tools: [{ type: 'computer_20250124', name: 'computer', display_width_px: 1, display_height_px: 1 }] },
    refused: 'tools.0',
  },
  { given: { thinking: { type: 'between_tools' } }, warns: ['approx.thinking'] },
  { given: { thinking: { type: 'sideways' } }, refused: 'thinking' },
];

describe('every member of an Anthropic request has its place before an OpenAI upstream', () => {
  const model = th.model('openai');
  for (const row of ROWS) {
    test(JSON.stringify(row.given), async () => {
      model.answer(completion({ content: 'ok' }));
      const before = model.requests.length;
      const response = await th.post('anthropic', {
        model: model.id,
        max_tokens: 50,
        messages: [user('Hi')],
        ...row.given,
      });
      const answer = (await response.json()) as Body;
      if (row.refused !== undefined) {
        expect(response.status, JSON.stringify(answer)).toBe(400);
        expect(answer.error.type).toBe('invalid_request_error');
        expect(answer.error.message).toStartWith(row.refused);
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
});
