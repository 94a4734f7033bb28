import { describe, expect, test } from 'bun:test';
import type OpenAI from 'openai';
import { openaiCompletion, openaiStream, anthropicMessage, anthropicStream } from '../support/answers.ts';
import { readStream } from '../support/sse-events.ts';
import { conformance, hasWarning, type ConformanceModel } from './support/conformance.ts';
import { completion, toolCall } from './support/openai-answers.ts';
import { message, text, thinking, toolUse } from './support/anthropic-answers.ts';
import { streamAnthropic, streamOpenAi, type Json } from './support/through-sdk.ts';

const th = conformance();
const user = (content: unknown) => ({ role: 'user', content });
const bodyO = (model: ConformanceModel, more: object = {}) => ({ model: model.id, messages: [user('Hi')], ...more });
const bodyA = (model: ConformanceModel, more: object = {}) => ({ ...bodyO(model), max_tokens: 100, ...more });

describe('a request and its answer in one shape', () => {
  const openai = th.model('openai');
  const claude = th.model('anthropic');

  test('C001 chat-hello: the content, its finish and its usage', async () => {
    openai.answer(openaiCompletion());
    const { choices, usage, model } = (await th.openai.chat.completions.create(
      bodyO(openai) as never,
    )) as OpenAI.ChatCompletion;
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant', content: 'Hello there' } });
    expect(usage!.total_tokens).toBe(usage!.prompt_tokens + usage!.completion_tokens);
    expect(model).toBe(openai.id);
  });

  test('C003 chat-stream: no trace of usage that was not asked for, [DONE] last', async () => {
    openai.answer(openaiStream());
    const { text: raw, completion: whole } = await streamOpenAi(th, bodyO(openai));
    expect(whole.choices[0]!.message.content).toBe('Hello there 🌍');
    expect(raw).not.toContain('"choices":[]');
    expect(raw).toEndWith('data: [DONE]\n\n');
  });

  test('C004 msg-stream: events, SDK and text agree', async () => {
    claude.answer(anthropicStream());
    const { message: whole } = await streamAnthropic(th, bodyA(claude));
    expect(whole).toMatchObject({
      model: claude.id,
      content: [{ type: 'text', text: 'Hello there 🌍' }],
      stop_reason: 'end_turn',
    });
  });

  test('C072 th1-to-claude, D1, D2: our own and unsigned thinking is taken out of a history for Claude, and nothing else', async () => {
    const history = (turn: object[]) => [
      user('Hi'),
      { role: 'assistant', content: turn },
      user([{ type: 'tool_result', tool_use_id: 't1', content: 'r' }]),
    ];
    const kept = [thinking('Claude’s own.', 'EqQBCgIYAhIk'), text('Reading.'), toolUse('t1', 'f', { path: 'x' })];
    const ours = [
      thinking('From elsewhere.', 'th1.eyJ2IjoxfQ.bWFj'),
      { type: 'redacted_thinking', data: 'th1.eyJ2IjoxfQ.bWFj' },
      thinking('Unsigned.', ''),
    ];
    claude.answer(anthropicMessage());
    await th.anthropic.messages.create(bodyA(claude, { messages: history([...ours, ...kept]) }) as never);
    expect(claude.sent().messages).toEqual(history(kept));
    await th.anthropic.messages.create(bodyA(claude, { messages: history(kept) }) as never);
    const sent = claude.sentText();
    expect(JSON.parse(sent).messages).toEqual(history(kept));
    expect(sent).toContain(JSON.stringify(history(kept)));
  });

  const mistral = th.model('openai', { dialect: { tool_id: 'mistral9' } });
  test('C088 mistral-id: an OpenAI history for a server that insists on nine letters and digits', async () => {
    mistral.answer(completion({ content: 'ok' }));
    const messages = [
      user('Hi'),
      {
        role: 'assistant',
        content: null,
        tool_calls: [toolCall('call_abc-1', 'f', '{}'), toolCall('call_abc-2', 'f', '{}')],
      },
      { role: 'tool', tool_call_id: 'call_abc-1', content: 'one' },
      { role: 'tool', tool_call_id: 'call_abc-2', content: 'two' },
    ];
    await th.openai.chat.completions.create(bodyO(mistral, { messages }) as never);
    const sent = mistral.sent().messages;
    const ids = sent[1].tool_calls.map(({ id }: Json) => id);
    expect(ids[0]).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(new Set(ids).size).toBe(2);
    expect([sent[2].tool_call_id, sent[3].tool_call_id]).toEqual(ids);
  });

  test('C128 passthrough-bytes, E1, E2, E4, B4: odd orders, unknown members and escapes cross as they are', async () => {
    const messages = '[ {"content":"\\u00e9 é \\"q\\" <b>","role":"user","10":1.0,"2":12345678901234567890} ]';
    const system =
      '[{"text":"S\\u0041","type":"text","cache_control":{"ttl":"1h","type":"ephemeral"},"x_new":{"b":1,"a":2}}]';
    claude.answer(anthropicMessage());
    await (
      await th.post(
        'anthropic',
        `{"x_unknown":{"z":1,"a":[1.0]},"messages":${messages},"model":"${claude.id}","max_tokens":9,"system":${system}}`,
      )
    ).text();
    expect(claude.sentText()).toBe(
      `{"x_unknown":{"z":1,"a":[1.0]},"messages":${messages},"model":"${claude.upstreamId}","max_tokens":9,"system":${system}}`,
    );
    openai.answer(openaiCompletion());
    await (await th.post('openai', `{"messages":${messages},"model":"${openai.id}","x_unknown":1e2}`)).text();
    expect(openai.sentText()).toBe(`{"messages":${messages},"model":"${openai.upstreamId}","x_unknown":1e2}`);
  });

  test('E8, E12: a request in the upstream’s own shape is not translated: its marks stay, and there is nothing to warn of', async () => {
    const marked = [1, 2, 3, 4, 5].map((n) => ({
      type: 'text',
      text: `part ${n}`,
      cache_control: { type: 'ephemeral', ttl: '1h' },
    }));
    claude.answer(anthropicMessage());
    const { response } = await th.anthropic.messages
      .create(
        bodyA(claude, { system: marked, temperature: 2, thinking: { type: 'enabled', budget_tokens: 5 } }) as never,
      )
      .withResponse();
    expect(claude.sent()).toMatchObject({
      system: marked,
      temperature: 2,
      thinking: { type: 'enabled', budget_tokens: 5 },
    });
    expect(response.headers.get('x-th-transcode-warnings')).toBeNull();
  });

  test('E10: OpenAI’s own cache fields pass an OpenAI upstream', async () => {
    const part = { type: 'text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } };
    openai.answer(openaiCompletion());
    await th.openai.chat.completions.create(
      bodyO(openai, {
        messages: [user([part])],
        prompt_cache_options: { mode: 'explicit' },
        prompt_cache_key: 'k',
      }) as never,
    );
    expect(openai.sent()).toMatchObject({
      messages: [user([part])],
      prompt_cache_options: { mode: 'explicit' },
      prompt_cache_key: 'k',
    });
  });

  test('M2, M3: beta headers go to Claude as the client wrote them, known or not', async () => {
    claude.answer(message([text('ok')]));
    const beta = 'context-1m-2025-08-07,unknown-2030-01-01';
    await th.anthropic.messages.create(bodyA(claude) as never, { headers: { 'anthropic-beta': beta } });
    expect(claude.requests.at(-1)!.header('anthropic-beta')).toBe(beta);
  });

  test('C129 include-usage-injected, F8: usage the gateway asks for itself is taken out of the stream again', async () => {
    openai.answer(openaiStream());
    const response = await th.post('openai', bodyO(openai, { stream: true }));
    const { text: raw } = await readStream(response);
    expect(openai.sent().stream_options).toEqual({ include_usage: true });
    expect(raw).not.toContain('usage');
    expect(hasWarning(response, 'dropped.stream_options')).toBe(false);
  });

  test('B6, B8: the upstream is asked for plain bytes, and the answer bears no header of a coding', async () => {
    openai.answer(openaiStream());
    const response = await th.post('openai', bodyO(openai, { stream: true }), { 'accept-encoding': 'gzip, br' });
    await response.text();
    expect(openai.requests.at(-1)!.header('accept-encoding')).toBe('identity');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  test('B7: a compressed request is unpacked, and goes on without the header', async () => {
    openai.answer(openaiCompletion());
    const plain = JSON.stringify(bodyO(openai));
    const packings: [string, Uint8Array][] = [
      ['gzip', Bun.gzipSync(plain)],
      ['zstd', Bun.zstdCompressSync(plain)],
    ];
    for (const [encoding, bytes] of packings) {
      const response = await th.post('openai', bytes, { 'content-encoding': encoding });
      expect(response.status, `${encoding}: ${await response.text()}`).toBe(200);
      expect(openai.sent().messages).toEqual([user('Hi')]);
      expect(openai.requests.at(-1)!.header('content-encoding')).toBeUndefined();
    }
  });
});
