import { describe, expect, test } from 'bun:test';
import { BUILT_IN_TOOLS } from './built-in-tools.ts';
import { prepare, refused } from './prepare.fixture.ts';

const schema = { type: 'object', properties: {} };
const tool = (name: string, more: object = {}) => ({ name, input_schema: schema, ...more });
const declared = (tools: object[], capabilities = {}) => prepare({ tools }, capabilities).json.tools;

describe('tools', () => {
  test('a model that calls no tools is not offered any', () => {
    expect(refused({ tools: [tool('f')] }, { tools: false })).toBe('unsupported_value tools');
    expect(declared([], { tools: false })).toBeUndefined();
  });

  test('E1: a schema crosses as the very text the client wrote', () => {
    const written =
      '{ "type":"object", "properties":{"10":{"maximum":1.0},"2":{"const":12345678901234567890,"x":"\\u003c"}} }';
    const text = `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":[{"description":"d\\u00e9","input_schema":${written},"name":"f","type":"custom"}]}`;
    expect(prepare(text).text).toContain(
      `"tools":[{"type":"function","function":{"name":"f","description":"d\\u00e9","parameters":${written}}}]`,
    );
  });

  test('hints to Anthropic do not cross', () => {
    const hints = {
      type: null,
      input_examples: [{}],
      allowed_callers: ['direct'],
      eager_input_streaming: true,
      defer_loading: true,
      cache_control: { type: 'ephemeral' },
    };
    expect(declared([tool('f', hints)])).toEqual([{ type: 'function', function: { name: 'f', parameters: schema } }]);
  });

  test('E5: a mark on a tool crosses to those who know it', () => {
    const cache_control = { type: 'ephemeral' };
    expect(declared([tool('f', { cache_control })], { cache: 'cache_control' })[0].cache_control).toEqual(
      cache_control,
    );
    expect('cache_control' in declared([tool('f', { cache_control })], { cache: 'breakpoint' })[0]).toBe(false);
  });

  test('what JSON Schema lets out is said', () => {
    const parameters = (input_schema: object) => declared([{ name: 'f', input_schema }])[0].function.parameters;
    expect(parameters({})).toEqual(schema);
    expect(parameters({ type: 'object' })).toEqual(schema);
    expect(parameters({ $ref: '#/x' })).toEqual({ ...schema, $ref: '#/x' });
    expect(refused({ tools: [{ name: 'f' }] })).toBe('missing_required_parameter tools[0].input_schema');
    expect(refused({ tools: [{ name: 'f', input_schema: true }] })).toBe('invalid_value tools[0].input_schema');
  });

  test('K2: strict crosses where the schema keeps the rules of the strict', () => {
    const closed = { ...schema, additionalProperties: false };
    const loose = { ...closed, properties: { a: {} } };
    const strictness = (input_schema: object, structured: 'strict' | 'schema') => {
      const { json, codes } = prepare({ tools: [{ name: 'f', strict: true, input_schema }] }, { structured });
      return [json.tools[0].function.strict, ...codes];
    };
    expect(strictness(closed, 'strict')).toEqual([true]);
    expect(strictness(loose, 'strict')).toEqual([false, 'approx.strict=tools[0].strict']);
    expect(strictness(loose, 'schema')).toEqual([true]);
  });

  test('C084 empty-tools: neither tools nor a choice', () => {
    const { json } = prepare({ tools: [], tool_choice: { type: 'any', disable_parallel_tool_use: true } });
    expect(Object.keys(json)).toEqual(['model', 'max_tokens', 'messages']);
    expect('tool_choice' in prepare({ tool_choice: { type: 'tool', name: 'f' } }).json).toBe(false);
  });

  test('C086 long-tool-name: an alias, the same in history and choice, and the client’s own name in the answer', () => {
    const name = `mcp__${'x'.repeat(85)}`;
    const { json, plan } = prepare({
      tools: [tool(name), tool('a.b')],
      tool_choice: { type: 'tool', name },
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] },
      ],
    });
    const alias = json.tools[0].function.name;
    expect(alias).toMatch(/^[A-Za-z0-9_-]{64}$/);
    expect(json.tools[1].function.name).toMatch(/^a_b_[0-9a-f]{8}$/);
    expect(json.tool_choice.function.name).toBe(alias);
    expect(json.messages[0].tool_calls[0].function.name).toBe(alias);
    expect([plan.names.toClient(alias), plan.names.toClient(json.tools[1].function.name)]).toEqual([name, 'a.b']);
  });

  test('K3: two tools of one name, and tools without one', () => {
    expect(refused({ tools: [tool('f'), tool('f')] })).toBe('invalid_value tools[1].name');
    expect(refused({ tools: [{ input_schema: schema }] })).toBe('missing_required_parameter tools[0].name');
    expect(refused({ tools: [tool('')] })).toBe('invalid_value tools[0].name');
    expect(refused({ tools: [5] })).toBe('invalid_value tools[0]');
    expect(refused({ tools: {} })).toBe('invalid_value tools');
  });
});

describe('tools Claude knows by heart', () => {
  test('are told to others as functions of the same name', () => {
    const { json, codes } = prepare({
      tools: [
        { type: 'bash_20250124', name: 'bash' },
        { type: 'text_editor_20250124', name: 'str_replace_editor' },
        { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 1000 },
        { type: 'memory_20250818', name: 'memory' },
      ],
    });
    const functions = json.tools.map((made: { function: object }) => made.function);
    expect(functions.map(({ name }: { name: string }) => name)).toEqual([
      'bash',
      'str_replace_editor',
      'str_replace_based_edit_tool',
      'memory',
    ]);
    const commands = functions.map(({ parameters }: { parameters: { properties: { command: { enum?: string[] } } } }) =>
      parameters.properties.command.enum?.join(' '),
    );
    expect(commands).toEqual([
      undefined,
      'view create str_replace insert undo_edit',
      'view create str_replace insert',
      'view create str_replace insert delete rename',
    ]);
    expect(Object.keys(functions[1].parameters.properties)).not.toContain('insert_text');
    expect(codes).toEqual([0, 1, 2, 3].map((i) => `approx.tools=tools[${i}]`));
  });

  test('the members are those the clients’ handlers read', () => {
    const editor = ['command', 'path', 'view_range', 'file_text', 'old_str', 'new_str', 'insert_line', 'insert_text'];
    const members = {
      bash_20250124: ['command', 'restart'],
      text_editor_20250728: editor,
      memory_20250818: [...editor, 'old_path', 'new_path'],
    };
    for (const [type, names] of Object.entries(members)) {
      const builtIn = BUILT_IN_TOOLS.find(({ prefix }) => type.startsWith(prefix));
      expect(builtIn?.schema).toHaveProperty('properties');
      const { properties = {} } = { ...builtIn?.schema } as { properties?: object };
      expect(Object.keys(properties).toSorted()).toEqual(names.toSorted());
    }
  });
});

describe('tools the vendor runs', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };

  test('C132 web-search-tool: refused where the upstream has no search', () => {
    expect(refused({ tools: [tool('f'), search] })).toBe('unsupported_value tools[1]');
  });

  test('a search of the upstream’s own', () => {
    const user_location = { type: 'approximate', city: 'Berlin', country: null, timezone: 'Europe/Berlin' };
    const serverTools = { serverTools: ['web_search'] };
    const { json, codes } = prepare({ tools: [{ ...search, user_location, max_uses: 3 }] }, serverTools);
    const approximate = { city: 'Berlin', timezone: 'Europe/Berlin' };
    expect(json.web_search_options).toEqual({ user_location: { type: 'approximate', approximate } });
    expect([json.tools, codes]).toEqual([undefined, ['dropped.max_uses=tools[0].max_uses']]);
    expect(prepare({ tools: [search] }, serverTools).json.web_search_options).toEqual({});
    const limited = { ...search, allowed_domains: ['a.org'] };
    expect(refused({ tools: [limited] }, serverTools)).toBe('unsupported_value tools[0].allowed_domains');
    const forced = { tools: [search], tool_choice: { type: 'tool', name: 'web_search' } };
    expect(refused(forced, serverTools)).toBe('unsupported_value tool_choice.name');
  });

  test('K6: what cannot run is refused, not left out', () => {
    const types = [
      'web_fetch_20250910',
      'code_execution_20260120',
      'computer_20251124',
      'computer_toolset_20260801',
      'browser_toolset_20260801',
      'advisor_20260301',
      'mcp_toolset',
      'unheard_of',
    ];
    for (const type of types) expect(refused({ tools: [{ type, name: 'x' }] })).toBe('unsupported_value tools[0].type');
  });

  test('a search among tools is needless: all of them are there', () => {
    const { json, codes } = prepare({
      tools: [
        { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
        tool('f', { defer_loading: true }),
      ],
    });
    expect([json.tools.length, codes]).toEqual([1, ['dropped.tools=tools[0]']]);
  });
});

describe('tool_choice', () => {
  const choose = (tool_choice: object, capabilities = {}) => {
    const { json, codes } = prepare({ tools: [tool('f')], tool_choice }, capabilities);
    return [json.tool_choice, json.parallel_tool_calls, ...codes];
  };

  test('C082 tool-choice-matrix', () => {
    expect(prepare({ tools: [tool('f')] }).json.tool_choice).toBeUndefined();
    expect(choose({ type: 'auto' })).toEqual(['auto', undefined]);
    expect(choose({ type: 'none' })).toEqual(['none', undefined]);
    expect(choose({ type: 'any' })).toEqual(['required', undefined]);
    expect(choose({ type: 'tool', name: 'f' })).toEqual([{ type: 'function', function: { name: 'f' } }, undefined]);
    expect(prepare({ tools: [tool('f')], tool_choice: { type: 'none' } }).json.tools).toHaveLength(1);
  });

  test('C083 parallel-false', () => {
    expect(choose({ type: 'auto', disable_parallel_tool_use: true })).toEqual(['auto', false]);
    expect(choose({ type: 'any', disable_parallel_tool_use: true })).toEqual(['required', false]);
    expect(choose({ type: 'auto', disable_parallel_tool_use: false })).toEqual(['auto', undefined]);
    const warned = choose({ type: 'auto', disable_parallel_tool_use: true }, { parallelTools: false });
    expect(warned).toEqual([
      'auto',
      undefined,
      'dropped.disable_parallel_tool_use=tool_choice.disable_parallel_tool_use',
    ]);
  });

  test('wrong choices', () => {
    const tools = [tool('f')];
    expect(refused({ tools, tool_choice: { type: 'tool', name: 'g' } })).toBe('invalid_value tool_choice.name');
    expect(refused({ tools, tool_choice: { type: 'tool' } })).toBe('missing_required_parameter tool_choice.name');
    expect(refused({ tools, tool_choice: { type: 'required' } })).toBe('invalid_value tool_choice.type');
    expect(refused({ tools, tool_choice: 'auto' })).toBe('invalid_value tool_choice');
  });
});
