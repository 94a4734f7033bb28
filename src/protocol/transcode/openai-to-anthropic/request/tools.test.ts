import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { functionTool, prepare, refusalOf } from './prepare.fixture.ts';

const [f, g] = [functionTool('f'), functionTool('g')];
const schema = { type: 'object', properties: {} };
const toolsOf = (tools: unknown[], capabilities: Partial<Capabilities> = {}) =>
  prepare({ tools }, capabilities).sent.tools;
const named = (name: string) => ({ type: 'function', function: { name } });

describe('tools', () => {
  test('a model that calls no tools is not offered any', () => {
    expect(refusalOf({ tools: [f] }, { tools: false })).toBe('unsupported_value tools');
    expect(refusalOf({ functions: [{ name: 'f' }] }, { tools: false })).toBe('unsupported_value functions');
    expect(toolsOf([], { tools: false })).toBeUndefined();
  });

  test('K2, E1, E4: a schema crosses byte for byte, a strict one strictly', () => {
    const parameters =
      '{ "type":"object", "properties":{"b":{"type":"number","minimum":1.0},"10":{},"2":{"$ref":"#/$defs/x"}},\n"additionalProperties":false,"$defs":{"x":{"const":12345678901234567890}} }';
    const body = `{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"description":"\\u003cd>","parameters":${parameters}}}]}`;
    expect(prepare(body).text).toContain(
      `"tools":[{"name":"f","description":"\\u003cd>","input_schema":${parameters},"strict":true}]`,
    );
    const lax = prepare(body, { structured: 'none' });
    expect(lax.sent.tools[0].strict).toBeUndefined();
    expect(lax.warnings).toEqual(['dropped.tools.strict=tools[0].function.strict']);
  });

  test('C085 typeless-schema: the root of a schema is made an object where nothing else is said', () => {
    const schemaOf = (parameters: unknown) =>
      toolsOf([{ type: 'function', function: { name: 'f', parameters } }])[0].input_schema;
    for (const nothing of [undefined, null, {}]) expect(schemaOf(nothing)).toEqual(schema);
    expect(schemaOf({ properties: { a: {} } })).toEqual({ type: 'object', properties: { a: {} } });
    expect(schemaOf({ a: 1, type: null })).toEqual({ a: 1, type: 'object' });
    expect(schemaOf({ type: ['object', 'null'] })).toEqual({ type: 'object' });
    const at = 'tools[0].function.parameters';
    expect(refusalOf({ tools: [functionTool('f', { parameters: { type: 'array' } })] })).toBe(
      `unsupported_value ${at}.type`,
    );
    expect(refusalOf({ tools: [functionTool('f', { parameters: [] })] })).toBe(`invalid_value ${at}`);
  });

  test('other ways in which clients write a function', () => {
    const sent = toolsOf([
      { function: { name: 'a' } },
      { type: 'function', name: 'b', description: 'B', parameters: schema },
      { name: 'c', input_schema: schema },
      { type: 'function', function: { name: 'd', description: ' ' } },
    ]);
    expect(sent).toEqual([
      { name: 'a', input_schema: schema },
      { name: 'b', description: 'B', input_schema: schema },
      { name: 'c', input_schema: schema },
      { name: 'd', input_schema: schema },
    ]);
  });

  test('custom tools take one text, and the answer knows them', () => {
    const custom = {
      type: 'custom',
      custom: { name: 'patch', description: 'P', format: { type: 'grammar', grammar: {} } },
    };
    const { sent, warnings, prepared } = prepare({ tools: [custom, f] });
    expect(sent.tools[0]).toEqual({
      name: 'patch',
      description: 'P',
      input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    });
    expect(warnings).toEqual(['dropped.tools.format=tools[0].custom.format']);
    expect([...prepared.plan.customTools]).toEqual(['patch']);
  });

  test('C125 functions-legacy: functions are tools called one at a time', () => {
    const functions = [{ name: 'f', parameters: schema }];
    const { sent, prepared } = prepare({ functions, function_call: { name: 'f' } });
    expect(sent.tools).toEqual([{ name: 'f', input_schema: schema }]);
    expect(sent.tool_choice).toEqual({ type: 'tool', name: 'f', disable_parallel_tool_use: true });
    expect(prepared.plan.legacyFunctions).toBe(true);
    expect(prepare({ functions }).sent.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    expect(prepare({ functions, function_call: 'none' }).sent.tool_choice).toEqual({ type: 'none' });
    expect(prepare({ tools: [f] }).prepared.plan.legacyFunctions).toBe(false);
    expect(refusalOf({ functions, tools: [f] })).toBe('invalid_value functions');
    expect(refusalOf({ functions, function_call: { name: 'x' } })).toBe('invalid_value function_call.name');
  });

  test('K6: a tool that could not be called is refused by its path', () => {
    expect(refusalOf({ tools: [f, { type: 'openrouter:web_search' }] })).toBe('unsupported_value tools[1].type');
    expect(refusalOf({ tools: [f, f] })).toBe('invalid_value tools[1].function.name');
    expect(refusalOf({ tools: [functionTool('')] })).toBe('invalid_value tools[0].function.name');
    expect(refusalOf({ tools: [{ type: 'function' }] })).toBe('missing_required_parameter tools[0].function');
    expect(refusalOf({ tools: [{ type: 'function', function: {} }] })).toBe(
      'missing_required_parameter tools[0].function.name',
    );
    expect(refusalOf({ tools: [null] })).toBe('invalid_value tools[0]');
  });

  test('web search runs at the upstream, or the request is refused', () => {
    const location = { type: 'approximate', approximate: { city: 'Bonn', country: 'DE', region: null } };
    const options = { search_context_size: 'high', user_location: location };
    const { sent, prepared } = prepare({ web_search_options: options }, { serverTools: ['web_search'] });
    expect(sent.tools).toEqual([
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 10,
        user_location: { type: 'approximate', city: 'Bonn', country: 'DE' },
      },
    ]);
    expect(prepared.plan.searches).toBe(true);
    const uses = (web_search_options: object) =>
      prepare({ web_search_options }, { serverTools: ['web_search'] }).sent.tools[0].max_uses as number;
    expect([uses({}), uses({ search_context_size: 'low' }), uses({ search_context_size: 'medium' })]).toEqual([
      5, 1, 5,
    ]);
    expect(refusalOf({ web_search_options: {} })).toBe('unsupported_value web_search_options');
    expect(refusalOf({ web_search_options: { search_context_size: 'x' } }, { serverTools: ['web_search'] })).toBe(
      'invalid_value web_search_options.search_context_size',
    );
  });
});

describe('tool_choice', () => {
  const choiceOf = (body: Record<string, unknown>) => prepare({ tools: [f, g], ...body }).sent.tool_choice as unknown;

  test.each([
    [undefined, undefined],
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'any' }],
    ['any', { type: 'any' }],
    [named('g'), { type: 'tool', name: 'g' }],
    [
      { type: 'custom', custom: { name: 'g' } },
      { type: 'tool', name: 'g' },
    ],
    [
      { type: 'tool', name: 'g' },
      { type: 'tool', name: 'g' },
    ],
    [{ type: 'auto' }, { type: 'auto' }],
  ])('C082 tool-choice-matrix: K1: %j', (choice, sent) => {
    expect(choiceOf({ tool_choice: choice })).toEqual(sent);
    expect(prepare({ tools: [f, g], tool_choice: choice }).sent.tools).toHaveLength(2);
  });

  test('C083 parallel-false: K1: calls one at a time, whatever the choice is', () => {
    const off = { disable_parallel_tool_use: true };
    const parallel_tool_calls = false;
    expect(choiceOf({ parallel_tool_calls })).toEqual({ type: 'auto', ...off });
    expect(choiceOf({ parallel_tool_calls, tool_choice: 'required' })).toEqual({ type: 'any', ...off });
    expect(choiceOf({ parallel_tool_calls, tool_choice: named('f') })).toEqual({ type: 'tool', name: 'f', ...off });
    expect(choiceOf({ parallel_tool_calls, tool_choice: 'none' })).toEqual({ type: 'none' });
    expect(choiceOf({ parallel_tool_calls: true })).toBeUndefined();
  });

  test('C084 empty-tools: without tools nothing is said of them', () => {
    for (const tools of [[], null]) {
      const { sent, warnings } = prepare({
        tools,
        tool_choice: 'auto',
        parallel_tool_calls: false,
        function_call: 'auto',
      });
      expect([sent.tools, sent.tool_choice, warnings]).toEqual([undefined, undefined, []]);
    }
  });

  test('only the allowed tools are shown', () => {
    const allow = (mode: string, tools: unknown[]) => ({ type: 'allowed_tools', allowed_tools: { mode, tools } });
    const { sent } = prepare({ tools: [f, g], tool_choice: allow('required', [named('g')]) });
    expect(sent.tools.map(({ name }: { name: string }) => name)).toEqual(['g']);
    expect(sent.tool_choice).toEqual({ type: 'any' });
    expect(choiceOf({ tool_choice: allow('auto', [{ type: 'function', name: 'f' }]) })).toEqual({ type: 'auto' });
    const at = (tool_choice: unknown) => refusalOf({ tools: [f], tool_choice });
    expect(at(allow('auto', [named('x')]))).toBe('invalid_value tool_choice.allowed_tools.tools[0].function.name');
    expect(at(allow('auto', []))).toBe('invalid_value tool_choice.allowed_tools.tools');
  });

  test('a choice that cannot be made is refused by its path', () => {
    const at = (tool_choice: unknown) => refusalOf({ tools: [f], tool_choice });
    expect(at(named('x'))).toBe('invalid_value tool_choice.function.name');
    expect(at('sometimes')).toBe('invalid_value tool_choice');
    expect(at({ type: 'mcp' })).toBe('unsupported_value tool_choice.type');
    expect(at(7)).toBe('invalid_value tool_choice');
  });
});
