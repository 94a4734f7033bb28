import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import { thrownBy } from '../support/clients.ts';
import { conformance, hasWarning, warningsOf, type ConformanceModel } from './support/conformance.ts';
import { completion } from './support/openai-answers.ts';

const th = conformance();
const HELLO = completion({ content: 'Hello there' });
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4 a page').toString('base64');
const user = (content: unknown) => ({ role: 'user', content });
const PNG_SOURCE = { type: 'base64', media_type: 'image/png', data: PNG };

async function ask(model: ConformanceModel, body: object, headers: Record<string, string> = {}) {
  model.answer(HELLO);
  const request = { model: model.id, max_tokens: 100, messages: [user('Hi')], ...body };
  const { data, response } = await th.anthropic.messages.create(request as never, { headers }).withResponse();
  expect((data as Anthropic.Message).content).toMatchObject([{ type: 'text', text: 'Hello there' }]);
  return { sent: model.sent(), response };
}

function refusal(model: ConformanceModel, body: object) {
  const request = { model: model.id, max_tokens: 100, messages: [user('Hi')], ...body };
  return thrownBy<InstanceType<typeof Anthropic.APIError>>(th.anthropic.messages.create(request as never));
}

describe('an Anthropic request before an OpenAI upstream', () => {
  const plain = th.model('openai');
  const capped = th.model('openai', {
    model: { max_output: 8192 },
    dialect: { max_tokens_field: 'max_completion_tokens' },
  });
  test('C010 cc-max-tokens: more than the model can answer is clamped, in the one field it takes', async () => {
    const { sent, response } = await ask(capped, { max_tokens: 21_000 });
    expect(sent.max_completion_tokens).toBe(8192);
    expect(sent).not.toHaveProperty('max_tokens');
    expect(hasWarning(response, 'clamped.max_tokens')).toBe(true);
    expect((await ask(plain, { max_tokens: 77 })).sent).toMatchObject({ max_tokens: 77 });
    expect(plain.sent()).not.toHaveProperty('max_completion_tokens');
  });

  test('C011 cc-betas, M2, M4: what Claude Code sends beside the request is no error, and none of it goes on', async () => {
    const { response } = await ask(
      plain,
      {
        context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
        system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
        metadata: { user_id: 'user_x' },
      },
      { 'anthropic-beta': 'claude-code-20250219,context-management-2025-06-27,unknown-2030-01-01', 'x-unknown': 'y' },
    );
    expect(response.status).toBe(200);
    expect(hasWarning(response, 'dropped.context_management')).toBe(true);
    const [request] = plain.requests.slice(-1);
    expect(request!.rawHead.toLowerCase()).not.toContain('anthropic');
    expect(request!.rawHead.toLowerCase()).not.toContain('x-unknown');
    expect(request!.text()).not.toMatch(/context_management|cache_control|clear_tool_uses/);
  });

  const parts = th.model('openai', { dialect: { system: 'parts' } });
  test('C012 cc-system-array, L5: one system message; only the attribution block, which changes each time, goes', async () => {
    const system = [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cch=0f1e2;' },
      { type: 'text', text: 'You are Claude Code.' },
      { type: 'text', text: 'Be  brief.\n' },
    ];
    const { sent, response } = await ask(plain, { system });
    expect(sent.messages).toEqual([{ role: 'system', content: 'You are Claude Code.\n\nBe  brief.\n' }, user('Hi')]);
    expect(hasWarning(response, 'dropped.attribution_block')).toBe(true);
    const { sent: inParts } = await ask(parts, { system });
    expect(inParts.messages[0].content.map(({ text }: { text: string }) => text)).toEqual([
      'You are Claude Code.',
      'Be  brief.\n',
    ]);
  });

  test('C041 image-b64-rev: image blocks become data URLs and URLs', async () => {
    const { sent } = await ask(plain, {
      messages: [
        user([
          { type: 'text', text: 'Look' },
          { type: 'image', source: PNG_SOURCE },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.jpg' } },
        ]),
      ],
    });
    expect(sent.messages[0].content).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
      { type: 'image_url', image_url: { url: 'https://example.com/a.jpg' } },
    ]);
  });

  const blind = th.model('openai', { dialect: { images: 'b64', pdf: false } });
  test('C043 pdf: a document becomes a file with its name, or is refused where it could not be read', async () => {
    const document = {
      type: 'document',
      title: 'paper.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: PDF },
    };
    const { sent } = await ask(plain, { messages: [user([document, { type: 'text', text: 'Sum up' }])] });
    expect(sent.messages[0].content[0]).toEqual({
      type: 'file',
      file: { filename: 'paper.pdf', file_data: `data:application/pdf;base64,${PDF}` },
    });
    const error = await refusal(blind, { messages: [user([document])] });
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.apiMessage).toStartWith('messages.0.content.0');
    const url = await refusal(blind, {
      messages: [user([{ type: 'image', source: { type: 'url', url: 'https://example.com/a' } }])],
    });
    expect(url.apiMessage).toStartWith('messages.0.content.0');
    expect(blind.requests).toHaveLength(0);
  });

  test('C080 output-config: optional members stay optional, so strict is off; a closed schema is strict', async () => {
    const open = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] };
    const format = (schema: object) => ({ output_config: { format: { type: 'json_schema', schema } } });
    const { sent } = await ask(plain, format(open));
    expect(sent.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', schema: open, strict: false },
    });
    const closed = { ...open, required: ['a', 'b'], additionalProperties: false };
    expect((await ask(plain, format(closed))).sent.response_format.json_schema).toMatchObject({
      schema: closed,
      strict: true,
    });
  });

  test('C094 prefill-none: a model that cannot continue an answer says so', async () => {
    const error = await refusal(plain, {
      messages: [user('Six by seven?'), { role: 'assistant', content: 'Answer:' }],
    });
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.apiMessage).toContain('prefill not supported on this model');
    expect(plain.requests.filter((request) => request.text().includes('Six by'))).toHaveLength(0);
  });

  const prefix = th.model('openai', { dialect: { prefill: 'prefix' } });
  const partial = th.model('openai', { dialect: { prefill: 'partial' } });
  const goOn = th.model('openai', { dialect: { prefill: 'continue_final' } });
  test('C094 prefill: the others are told to continue in their own words', async () => {
    const messages = [user('Six by seven?'), { role: 'assistant', content: 'Answer:' }];
    expect((await ask(prefix, { messages })).sent.messages[1]).toEqual({
      role: 'assistant',
      content: 'Answer:',
      prefix: true,
    });
    expect((await ask(partial, { messages })).sent.messages[1]).toEqual({
      role: 'assistant',
      content: 'Answer:',
      partial: true,
    });
    expect((await ask(goOn, { messages })).sent).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
    });
  });

  const midSystem = th.model('openai', { dialect: { mid_system: true } });
  test('C096 system-role-a, L1, L3: a system message among the others stays in place, or joins the first and that is said', async () => {
    const body = { system: 'First.', messages: [user('Hi'), { role: 'system', content: 'Later.' }] };
    const kept = await ask(midSystem, body);
    expect(kept.sent.messages).toEqual([
      { role: 'system', content: 'First.' },
      user('Hi'),
      { role: 'system', content: 'Later.' },
    ]);
    const hoisted = await ask(plain, body);
    expect(hoisted.sent.messages).toEqual([{ role: 'system', content: 'First.\n\nLater.' }, user('Hi')]);
    expect(hasWarning(hoisted.response, 'approx.system_position')).toBe(true);
  });

  const four = th.model('openai', { dialect: { stop_max: 4 } });
  const never = th.model('openai', { dialect: { stop_max: 0 } });
  test('C098 stop-seqs: the first four go out, the rest is said', async () => {
    const stop_sequences = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { sent, response } = await ask(four, { stop_sequences });
    expect(sent.stop).toEqual(['a', 'b', 'c', 'd']);
    expect(hasWarning(response, 'dropped.stop_sequences')).toBe(true);
    const none = await ask(never, { stop_sequences });
    expect(none.sent).not.toHaveProperty('stop');
    expect(hasWarning(none.response, 'dropped.stop_sequences')).toBe(true);
  });

  const topK = th.model('openai', { dialect: { extra_allow: ['top_k'] } });
  test('M4: top_k goes to the servers that take it, elsewhere it is left out and said', async () => {
    expect((await ask(topK, { top_k: 5 })).sent.top_k).toBe(5);
    const { sent, response } = await ask(plain, { top_k: 5, temperature: 0.5 });
    expect(sent).not.toHaveProperty('top_k');
    expect(sent.temperature).toBe(0.5);
    expect(hasWarning(response, 'dropped.top_k')).toBe(true);
  });

  test('C131 mcp-servers: what only Anthropic could run is refused by name', async () => {
    const error = await refusal(plain, { mcp_servers: [{ type: 'url', url: 'https://example.com/mcp', name: 'x' }] });
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.type).toBe('invalid_request_error');
    expect(error.apiMessage).toStartWith('mcp_servers');
    expect((await ask(plain, { mcp_servers: [] })).sent).not.toHaveProperty('mcp_servers');
  });

  test('C131 thread: a thread is refused with the code on which the SDK goes on without one', async () => {
    const error = await refusal(plain, { thread: { type: 'create' } });
    expect(error).toBeInstanceOf(Anthropic.ThreadUnsupportedRequestError);
    expect(error).toMatchObject({ status: 400, errorCode: 'thread_unsupported_request' });
  });

  test('E6, E8: marks and their ttl reach only upstreams that know them, unchanged', async () => {
    const mark = { type: 'ephemeral', ttl: '1h' };
    const system = [{ type: 'text', text: 'S', cache_control: mark }];
    expect(JSON.stringify((await ask(plain, { system })).sent)).not.toContain('ttl');
    const { sent } = await ask(marks, {
      system,
      messages: [user([{ type: 'text', text: 'Hi', cache_control: mark }])],
    });
    expect(sent.messages[0].content[0].cache_control).toEqual(mark);
    expect(sent.messages[1].content[0].cache_control).toEqual(mark);
    const { sent: broken } = await ask(breakpoints, { system });
    expect(broken.messages[0].content[0].prompt_cache_breakpoint).toEqual({ mode: 'explicit' });
    expect(JSON.stringify(broken)).not.toContain('cache_control');
  });
  const marks = th.model('openai', { dialect: { cache: 'cache_control', system: 'parts' } });
  const breakpoints = th.model('openai', { dialect: { cache: 'breakpoint', system: 'parts' } });

  test('L6: what is empty makes no empty message, and the texts that are there cross byte for byte', async () => {
    const odd = '  <b>"ünïcode" \u2028 & \\u0041 🌍 </b>\n';
    const { sent, response } = await ask(plain, {
      messages: [
        user(odd),
        { role: 'assistant', content: [{ type: 'text', text: odd }] },
        user([{ type: 'text', text: odd }]),
      ],
    });
    expect(sent.messages).toEqual([user(odd), { role: 'assistant', content: odd }, user(odd)]);
    expect(warningsOf(response)).toEqual([]);
  });

  const alternating = th.model('openai', { dialect: { alternate_roles: true } });
  test('A6: turns stay as they were written; only where two of one role are refused do they become one', async () => {
    const messages = [user('One.'), user('Two.'), { role: 'assistant', content: 'Three.' }, user('Four.')];
    expect((await ask(plain, { messages })).sent.messages).toEqual(messages);
    expect((await ask(alternating, { messages })).sent.messages).toEqual([user('One.\n\nTwo.'), ...messages.slice(2)]);
  });

  const safety = th.model('openai', { dialect: { user_field: 'safety_identifier' } });
  test('C011 user-id: the end user is named in the field the vendor has, at most 64 characters', async () => {
    expect((await ask(plain, { metadata: { user_id: 'u-1' } })).sent.user).toBe('u-1');
    const { sent } = await ask(safety, { metadata: { user_id: `user_${'a'.repeat(200)}` } });
    expect(sent.safety_identifier).toMatch(/^[0-9a-f]{64}$/);
    expect(sent).not.toHaveProperty('metadata');
  });
});
