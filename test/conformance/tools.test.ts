import { describe, expect, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import { message, text } from './support/anthropic-answers.ts';
import { A_TOOLS, asking, O_TOOLS, SCHEMA, user } from './support/ask-with-tools.ts';
import { conformance } from './support/conformance.ts';
import { completion, toolCall } from './support/openai-answers.ts';

const th = conformance();
const { askO, askA, refusalO, refusalA } = asking(th);

describe('tools offered', () => {
  const upstreamA = th.model('anthropic');
  const upstreamO = th.model('openai');

  test('C082 tool-choice-matrix, K1: every choice of OpenAI’s has its Anthropic counterpart', async () => {
    const rows: [unknown, unknown][] = [
      [undefined, undefined],
      ['auto', { type: 'auto' }],
      ['none', { type: 'none' }],
      ['required', { type: 'any' }],
      [
        { type: 'function', function: { name: 'g' } },
        { type: 'tool', name: 'g' },
      ],
    ];
    for (const [tool_choice, expected] of rows) {
      const { sent } = await askO(upstreamA, { tools: O_TOOLS, ...(tool_choice === undefined ? {} : { tool_choice }) });
      expect(sent.tool_choice, JSON.stringify(tool_choice)).toEqual(expected);
      expect(sent.tools).toEqual(A_TOOLS);
    }
    const list = [{ type: 'function', function: { name: 'g' } }];
    for (const [mode, type] of [
      ['auto', 'auto'],
      ['required', 'any'],
    ]) {
      const tool_choice = { type: 'allowed_tools', allowed_tools: { mode, tools: list } };
      const { sent } = await askO(upstreamA, { tools: O_TOOLS, tool_choice });
      expect(sent.tool_choice).toEqual({ type });
      expect(sent.tools).toEqual(A_TOOLS.slice(1));
    }
    const missing = {
      tools: O_TOOLS,
      messages: [user('Hi')],
      tool_choice: { type: 'function', function: { name: 'zz' } },
    };
    expect(await refusalO(upstreamA, missing)).toMatchObject({ status: 400 });
  });

  test('C082 tool-choice-matrix, K1: and the reverse', async () => {
    const rows: [unknown, unknown][] = [
      [undefined, undefined],
      [{ type: 'auto' }, 'auto'],
      [{ type: 'none' }, 'none'],
      [{ type: 'any' }, 'required'],
      [
        { type: 'tool', name: 'g' },
        { type: 'function', function: { name: 'g' } },
      ],
    ];
    for (const [tool_choice, expected] of rows) {
      const { sent } = await askA(upstreamO, { tools: A_TOOLS, ...(tool_choice === undefined ? {} : { tool_choice }) });
      expect(sent.tool_choice, JSON.stringify(tool_choice)).toEqual(expected);
      expect(sent.tools).toEqual(O_TOOLS);
      expect(sent).not.toHaveProperty('parallel_tool_calls');
    }
    const missing = { tools: A_TOOLS, messages: [user('Hi')], tool_choice: { type: 'tool', name: 'zz' } };
    expect(await refusalA(upstreamO, missing)).toMatchObject({ status: 400 });
  });

  test('C083 parallel-false, K1: one call at a time, in both spellings', async () => {
    const o = await askO(upstreamA, { tools: O_TOOLS, parallel_tool_calls: false });
    expect(o.sent.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    const forced = await askO(upstreamA, { tools: O_TOOLS, parallel_tool_calls: false, tool_choice: 'required' });
    expect(forced.sent.tool_choice).toEqual({ type: 'any', disable_parallel_tool_use: true });
    const on = await askO(upstreamA, { tools: O_TOOLS, parallel_tool_calls: true });
    expect(on.sent).not.toHaveProperty('tool_choice');
    const a = await askA(upstreamO, { tools: A_TOOLS, tool_choice: { type: 'auto', disable_parallel_tool_use: true } });
    expect(a.sent).toMatchObject({ tool_choice: 'auto', parallel_tool_calls: false });
  });

  test('C084 empty-tools: an empty list, and a choice among nothing, are left out', async () => {
    const o = await askO(upstreamA, { tools: [], tool_choice: 'auto' });
    const a = await askA(upstreamO, { tools: [], tool_choice: { type: 'auto' } });
    for (const { sent } of [o, a]) {
      expect(sent).not.toHaveProperty('tools');
      expect(sent).not.toHaveProperty('tool_choice');
    }
  });

  test('C085 typeless-schema: parameters that say nothing are an object without members', async () => {
    const tools = [{}, { parameters: {} }, { parameters: { properties: { a: {} } } }].map((more, i) => ({
      type: 'function',
      function: { name: `t${i}`, ...more },
    }));
    const { sent } = await askO(upstreamA, { tools });
    expect(sent.tools.map((tool: { input_schema: unknown }) => tool.input_schema)).toEqual([
      { type: 'object', properties: {} },
      { type: 'object', properties: {} },
      { type: 'object', properties: { a: {} } },
    ]);
    const list = [{ type: 'function', function: { name: 't', parameters: { type: 'array' } } }];
    const error = await refusalO(upstreamA, { messages: [user('Hi')], tools: list });
    expect(error.param).toStartWith('tools[0].function.parameters');
  });

  test('K2: strict crosses both ways and is never invented; schemas cross whole', async () => {
    const rich =
      '{"type":"object","properties":{"10":{"const":12345678901234567890},"2":{"anyOf":[{"$ref":"#/$defs/x"}]}},"$defs":{"x":{"type":"number","multipleOf":1.0}}}';
    upstreamA.answer(message([text('ok')]));
    await (
      await th.post(
        'openai',
        `{"model":"${upstreamA.id}","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":${rich}}},{"type":"function","function":{"name":"g","parameters":${rich}}}]}`,
      )
    ).text();
    expect(upstreamA.sentText().split(rich)).toHaveLength(3);
    expect(upstreamA.sent().tools.map(({ strict }: { strict?: unknown }) => strict)).toEqual([true, undefined]);
    upstreamO.answer(completion({ content: 'ok' }));
    await (
      await th.post(
        'anthropic',
        `{"model":"${upstreamO.id}","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"f","strict":true,"input_schema":${rich}},{"type":"custom","name":"g","input_schema":${rich}}]}`,
      )
    ).text();
    expect(upstreamO.sentText().split(rich)).toHaveLength(3);
    const functions = upstreamO.sent().tools.map((tool: { function: object }) => tool.function);
    // OpenAI refuses `strict` beside a schema that is open or has optional members.
    expect(functions.map(({ strict }: { strict?: unknown }) => strict)).toEqual([false, undefined]);
    expect(functions[1]).not.toHaveProperty('type');
    const closed = await askA(upstreamO, { tools: [{ ...A_TOOLS[0], strict: true }] });
    expect(closed.sent.tools[0].function).toMatchObject({ strict: true, parameters: SCHEMA });
  });

  test('C132 web-search-tool, K6: a tool the upstream cannot run is refused by its place, not dropped', async () => {
    for (const type of ['web_search_20250305', 'web_fetch_20250910', 'code_execution_20250825']) {
      const tools = [...A_TOOLS, { type, name: type.replace(/_\d+$/, '') }];
      const error = await refusalA(upstreamO, { messages: [user('Hi')], tools });
      expect(error, type).toBeInstanceOf(Anthropic.BadRequestError);
      expect(error.apiMessage, type).toStartWith('tools.2');
    }
    const error = await refusalO(upstreamA, { messages: [user('Hi')], tools: [...O_TOOLS, { type: 'retrieval' }] });
    expect(error.param).toStartWith('tools[2]');
  });

  const LONG = `mcp__a_rather_long_server_name__${'and_a_tool_name_beyond_all_limits_'.repeat(3)}`.slice(0, 90);
  test('C086 long-tool-name, K3: a name too long for the upstream goes out shortened and comes back whole', async () => {
    const tools = [{ name: LONG, input_schema: SCHEMA }];
    const names: string[] = [];
    upstreamO.answer((exchange) => {
      const sent = JSON.parse(exchange.request.text()) as { tools: { function: { name: string } }[] };
      const { name } = sent.tools[0]!.function;
      names.push(name);
      return exchange.json(
        200,
        completion({ content: null, tool_calls: [toolCall('c1', name, '{"path":"x"}')] }, { finish: 'tool_calls' }),
      );
    });
    const first = await th.anthropic.messages.create({
      model: upstreamO.id,
      max_tokens: 9,
      messages: [user('Hi')],
      tools,
    } as never);
    const { content } = first as Anthropic.Message;
    expect(content).toMatchObject([{ type: 'tool_use', name: LONG }]);
    const result = { type: 'tool_result', tool_use_id: (content[0] as { id: string }).id, content: 'r' };
    const messages = [user('Hi'), { role: 'assistant', content }, user([result])];
    const choice = { type: 'tool', name: LONG };
    await th.anthropic.messages.create({
      model: upstreamO.id,
      max_tokens: 9,
      messages,
      tools,
      tool_choice: choice,
    } as never);
    const sent = upstreamO.sent();
    expect(names[0]).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(names[1]).toBe(names[0]!);
    expect(sent.messages[1].tool_calls[0].function.name).toBe(names[0]);
    expect(sent.tool_choice.function.name).toBe(names[0]);
  });

  test('K6: two tools of one name are refused', async () => {
    const error = await refusalA(upstreamO, { messages: [user('Hi')], tools: [A_TOOLS[0], A_TOOLS[0]] });
    expect(error.apiMessage).toStartWith('tools.1');
  });
});
