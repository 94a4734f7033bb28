import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { message, text, toolUse } from './support/anthropic-answers.ts';
import { A_TOOLS, asking, O_TOOLS, SCHEMA, user } from './support/ask-with-tools.ts';
import { conformance, hasWarning, type ConformanceModel } from './support/conformance.ts';
import { completion, toolCall } from './support/openai-answers.ts';

const th = conformance();
const { askO, askA, refusalO, refusalA } = asking(th);

describe('tool calls and results in a history', () => {
  const upstreamA = th.model('anthropic');
  const upstreamO = th.model('openai');
  const calls = (...ids: string[]) => ids.map((id, i) => toolUse(id, i % 2 === 0 ? 'f' : 'g', { path: id }));
  const result = (tool_use_id: string, more: object = { content: `result of ${tool_use_id}` }) => ({
    type: 'tool_result',
    tool_use_id,
    ...more,
  });
  const askHistory = (model: ConformanceModel, messages: object[]) => askA(model, { tools: A_TOOLS, messages });

  test('C007 cc-tool-result, K8: the tool message follows its call, the user’s text comes after it, whatever their order', async () => {
    for (const turn of [
      [result('t1'), text('Go on')],
      [text('Go on'), result('t1')],
    ]) {
      const { sent } = await askHistory(upstreamO, [
        user('Hi'),
        { role: 'assistant', content: calls('t1') },
        user(turn),
      ]);
      expect(sent.messages).toEqual([
        user('Hi'),
        { role: 'assistant', content: null, tool_calls: [toolCall('t1', 'f', '{"path":"t1"}')] },
        { role: 'tool', tool_call_id: 't1', content: 'result of t1' },
        user('Go on'),
      ]);
    }
  });

  test('C008 cc-parallel-results, K8, A6: two results are two tool messages, in the client’s order', async () => {
    const assistant = { role: 'assistant', content: [text('Both.'), ...calls('t1', 't2')] };
    const { sent } = await askHistory(upstreamO, [user('Hi'), assistant, user([result('t2'), result('t1')])]);
    expect(sent.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: 'Both.',
        tool_calls: [toolCall('t1', 'f', '{"path":"t1"}'), toolCall('t2', 'g', '{"path":"t2"}')],
      },
      { role: 'tool', tool_call_id: 't2', content: 'result of t2' },
      { role: 'tool', tool_call_id: 't1', content: 'result of t1' },
    ]);
  });

  const IMAGE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
  const withParts = th.model('openai', { dialect: { tool_images: 'parts' } });
  test('C042 image-in-result, K9: the images of results follow ALL tool messages of the turn', async () => {
    const assistant = { role: 'assistant', content: calls('t1', 't2') };
    const turn = [result('t1', { content: [text('A picture'), IMAGE] }), result('t2')];
    const { sent } = await askHistory(upstreamO, [user('Hi'), assistant, user(turn)]);
    const roles = sent.messages.map(({ role }: { role: string }) => role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
    expect(sent.messages[2].content).toStartWith('A picture');
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    expect(sent.messages[4].content).toContainEqual({ type: 'image_url', image_url: { url } });
    expect(JSON.stringify(sent.messages.slice(0, 4))).not.toContain('iVBORw0KGgo=');
    const direct = await askHistory(withParts, [user('Hi'), assistant, user(turn)]);
    expect(direct.sent.messages[2].content).toEqual([
      { type: 'text', text: 'A picture' },
      { type: 'image_url', image_url: { url } },
    ]);
  });

  test('C097 is-error: an error without words still says that it is one', async () => {
    const assistant = { role: 'assistant', content: calls('t1') };
    const { sent } = await askHistory(upstreamO, [user('Hi'), assistant, user([result('t1', { is_error: true })])]);
    expect(sent.messages[2]).toEqual({ role: 'tool', tool_call_id: 't1', content: 'error' });
    const worded = [user('Hi'), assistant, user([result('t1', { is_error: true, content: 'No such file' })])];
    expect((await askHistory(upstreamO, worded)).sent.messages[2].content).toBe('No such file');
    const empty = [user('Hi'), assistant, user([result('t1', {})])];
    expect((await askHistory(upstreamO, empty)).sent.messages[2].content).toBe('');
  });

  test('K10: a result of several texts reaches the upstream as one string', async () => {
    const assistant = { role: 'assistant', content: calls('t1') };
    const texts = result('t1', { content: [text('one'), text('two')] });
    const { sent } = await askHistory(upstreamO, [user('Hi'), assistant, user([texts])]);
    expect(sent.messages[2].content).toBe('one\n\ntwo');
  });

  const oCalls = (...ids: string[]) => ({
    role: 'assistant',
    content: null,
    tool_calls: ids.map((id) => toolCall(id, 'f', '{"path":"x"}')),
  });
  const oResult = (id: string, content: unknown = `result of ${id}`) => ({ role: 'tool', tool_call_id: id, content });

  test('C008 parallel-results, K8: and the reverse: consecutive tool messages are one user turn, results first', async () => {
    const { sent } = await askO(upstreamA, {
      tools: O_TOOLS,
      messages: [user('Hi'), oCalls('c1', 'c2'), oResult('c1'), oResult('c2', ''), user('Go on')],
    });
    expect(sent.messages.slice(1)).toEqual([
      { role: 'assistant', content: ['c1', 'c2'].map((id) => toolUse(id, 'f', { path: 'x' })) },
      user([
        { type: 'tool_result', tool_use_id: 'c1', content: 'result of c1' },
        { type: 'tool_result', tool_use_id: 'c2' },
        { type: 'text', text: 'Go on' },
      ]),
    ]);
  });

  test('C089 orphan-result: a result without its call is refused with its place', async () => {
    const o = await refusalO(upstreamA, {
      tools: O_TOOLS,
      messages: [user('Hi'), oCalls('c1'), oResult('c1'), oResult('zz')],
    });
    expect(o).toBeInstanceOf(OpenAI.BadRequestError);
    expect(o.param).toBe('messages[3].tool_call_id');
    const a = await refusalA(upstreamO, {
      tools: A_TOOLS,
      messages: [user('Hi'), { role: 'assistant', content: calls('t1') }, user([result('t1'), result('zz')])],
    });
    expect(a).toBeInstanceOf(Anthropic.BadRequestError);
    expect(a.apiMessage).toStartWith('messages.2.content.1');
  });

  test('C090 unanswered-call: a call without a result is refused, and named', async () => {
    const o = await refusalO(upstreamA, {
      tools: O_TOOLS,
      messages: [user('Hi'), oCalls('c1', 'c2'), oResult('c1'), user('So?')],
    });
    expect(o).toBeInstanceOf(OpenAI.BadRequestError);
    expect(o.message).toContain('c2');
    const a = await refusalA(upstreamO, {
      tools: A_TOOLS,
      messages: [user('Hi'), { role: 'assistant', content: calls('t1', 't2') }, user([result('t1'), text('So?')])],
    });
    expect(a).toBeInstanceOf(Anthropic.BadRequestError);
    expect(a.apiMessage).toContain('t2');
  });

  const KIMI = 'functions.read:0';
  test('C087 kimi-id: an id Anthropic forbids is packed for the client and goes back as it was', async () => {
    upstreamO.answer(
      completion({ content: null, tool_calls: [toolCall(KIMI, 'f', '{"path":"x"}')] }, { finish: 'tool_calls' }),
    );
    const create = (messages: object[]) =>
      th.anthropic.messages.create({
        model: upstreamO.id,
        max_tokens: 9,
        tools: A_TOOLS,
        messages,
      } as never) as Promise<Anthropic.Message>;
    const { content } = await create([user('Hi')]);
    const { id } = content[0] as { id: string };
    expect(id).toMatch(/^thx_[A-Za-z0-9_-]+$/);
    await create([user('Hi'), { role: 'assistant', content }, user([result(id)])]);
    const { messages } = upstreamO.sent();
    expect(messages[1].tool_calls[0].id).toBe(KIMI);
    expect(messages[2].tool_call_id).toBe(KIMI);
  });

  test('C087 kimi-id: an OpenAI client’s own odd id reaches Anthropic in a form it takes', async () => {
    const { sent } = await askO(upstreamA, { tools: O_TOOLS, messages: [user('Hi'), oCalls(KIMI), oResult(KIMI)] });
    const { id } = sent.messages[1].content[0];
    expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(sent.messages[2].content[0].tool_use_id).toBe(id);
  });

  const mistral = th.model('openai', { dialect: { tool_id: 'mistral9' } });
  test('C088 mistral-id: calls and results get nine letters and digits, in pairs', async () => {
    const { sent } = await askHistory(mistral, [
      user('Hi'),
      { role: 'assistant', content: calls('toolu_01', 'toolu_02') },
      user([result('toolu_01'), result('toolu_02')]),
    ]);
    const ids = sent.messages[1].tool_calls.map(({ id }: { id: string }) => id);
    expect(ids[0]).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(new Set(ids).size).toBe(2);
    expect([sent.messages[2].tool_call_id, sent.messages[3].tool_call_id]).toEqual(ids);
  });

  const RAW = '{"10":1,"2":{"n":12345678901234567890,"f":1.0},"s":"\\u00e9 / é"}';
  test('C124 bigint-args, E4: the text of an input is never parsed and written again, in either direction', async () => {
    upstreamO.answer(completion({ content: null, tool_calls: [toolCall('c1', 'f', RAW)] }, { finish: 'tool_calls' }));
    const body = (more: string) =>
      `{"model":"${upstreamO.id}","max_tokens":9,"tools":${JSON.stringify(A_TOOLS)},"messages":[{"role":"user","content":"Hi"}${more}]}`;
    const answered = await (await th.post('anthropic', body(''))).text();
    expect(answered).toContain(`"input":${RAW}`);
    const turn = `,{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":${RAW}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"r"}]}`;
    await (await th.post('anthropic', body(turn))).text();
    expect(upstreamO.sent().messages[1].tool_calls[0].function.arguments).toBe(RAW);
    const assistant = { role: 'assistant', content: null, tool_calls: [toolCall('c1', 'f', RAW)] };
    await askO(upstreamA, { tools: O_TOOLS, messages: [user('Hi'), assistant, oResult('c1')] });
    expect(upstreamA.sentText()).toContain(`"input":${RAW}`);
  });

  test('C125 functions-legacy: functions are tools, the answer a function_call', async () => {
    upstreamA.answer(message([toolUse('t1', 'f', { path: 'x' })], { stop: 'tool_use' }));
    const functions = [{ name: 'f', parameters: SCHEMA }];
    const request = { model: upstreamA.id, messages: [user('Hi')], functions, function_call: { name: 'f' } };
    const { choices } = (await th.openai.chat.completions.create(request as never)) as OpenAI.ChatCompletion;
    expect(choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'f', arguments: '{"path":"x"}' } },
    });
    expect(choices[0]!.message).not.toHaveProperty('tool_calls');
    expect(upstreamA.sent()).toMatchObject({
      tools: [{ name: 'f' }],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    });
    const messages = [user('Hi'), choices[0]!.message, { role: 'function', name: 'f', content: 'r' }];
    const { sent } = await askO(upstreamA, { functions, messages });
    expect(sent.messages[2].content[0]).toMatchObject({
      type: 'tool_result',
      tool_use_id: sent.messages[1].content[0].id,
      content: 'r',
    });
  });

  test('C062 invalid-args: an input that was never JSON travels back as the model wrote it', async () => {
    const junk = '{"a": tru,}';
    const assistant = { role: 'assistant', content: [toolUse('t1', 'f', { _raw_arguments: junk })] };
    const { sent, response } = await askHistory(upstreamO, [user('Hi'), assistant, user([result('t1')])]);
    expect(sent.messages[1].tool_calls[0].function.arguments).toBe(junk);
    expect(hasWarning(response, 'dropped.tools')).toBe(false);
  });
});
