import { describe, expect, test } from 'bun:test';
import { factsOf } from '../routing/route.fixture.ts';
import { readTurn } from './turn.ts';

const turnOf = (body: object) => readTurn(factsOf(body));
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const text = (words: string) => ({ type: 'text', text: words });
const PNG = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };

/** A call and its result, as Anthropic's shape has them. */
const step = (id: string, name: string, input: object, content: unknown, failed = false) => [
  assistant([text('Let me see.'), { type: 'tool_use', id, name, input }]),
  user([{ type: 'tool_result', tool_use_id: id, content, ...(failed ? { is_error: true } : {}) }]),
];

/** The same, as OpenAI's shape has them. */
const openStep = (id: string, name: string, input: object, content: string) => [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }],
  },
  { role: 'tool', tool_call_id: id, content },
];

const TOOLS = [
  { name: 'Bash', input_schema: {} },
  { name: 'Edit', input_schema: {} },
];

describe('the last user turn', () => {
  test('a text, or blocks of text', () => {
    expect(turnOf({ messages: [user('one'), assistant('two'), user('three')] }).lastUser).toBe('three');
    expect(turnOf({ messages: [user([text('one'), PNG, text('two')])] }).lastUser).toBe('one\ntwo');
  });

  test('neither what clients add, nor results of tools', () => {
    const reminder = text('<system-reminder>review the plan</system-reminder>');
    const messages = [user([reminder, text('fix it')]), ...step('a', 'Bash', { command: 'ls' }, 'TypeError')];
    expect(turnOf({ messages }).lastUser).toBe('fix it');
    expect(turnOf({ messages: [...messages, assistant('done'), user([reminder])] }).lastUser).toBe('fix it');
  });

  test('a message that is nothing but a reminder is passed over', () => {
    const reminder = '<system-reminder>x</system-reminder>';
    expect(turnOf({ messages: [user('hello'), user(reminder)] }).lastUser).toBe('hello');
  });

  test('not what came of tools that were called in words', () => {
    const task = user([text('<task>\nadd a dark mode\n</task>'), text('<environment_details>x</environment_details>')]);
    const call = assistant('<read_file><path>a.ts</path></read_file>');
    const result = [text("[read_file for 'a.ts'] Result:"), text('review this <task>y</task>'), text('TypeError: z')];
    expect(turnOf({ messages: [task, call, user(result)] }).lastUser).toBe('add a dark mode');
    const whole = "[execute_command for 'npm test'] Result:\n2 failing";
    expect(turnOf({ messages: [task, call, user(whole)] }).lastUser).toBe('add a dark mode');
    for (const words of ['<feedback>\nsummarise it\n</feedback>', '<answer>summarise it</answer>']) {
      const said = [text('[attempt_completion] Result:'), text(`The user says:\n${words}`)];
      expect(turnOf({ messages: [task, call, user(said)] }).lastUser).toBe('summarise it');
    }
    // Words of the user before a result are the user's.
    expect(turnOf({ messages: [user([text('go on'), ...result])] }).lastUser).toBe('go on');
  });

  test('in a loop that is too long to go back through, the first one', () => {
    const long = 'x'.repeat(20_000);
    const steps = Array.from({ length: 30 }, (_, i) => step(`t${i}`, 'Read', { path: String(i) }, long)).flat();
    const turn = turnOf({ messages: [user('do it all'), ...steps] });
    expect(turn.lastUser).toBe('do it all');
    expect(turn.inToolLoop).toBe(true);
    expect(turn.answers).toBe(30);
  });

  test('empty where there is none', () => {
    for (const messages of [[], [{ role: 'system', content: 'x' }], [null], [user(7)], [{}]]) {
      expect(turnOf({ messages })).toMatchObject({ lastUser: '', calls: [], errors: 0, repeats: 0, inToolLoop: false });
    }
  });
});

describe('tools', () => {
  test('whether they are offered, and whether work is done with them', () => {
    expect(turnOf({ tools: TOOLS })).toMatchObject({ tools: true, workbench: true });
    const weather = { type: 'function', function: { name: 'get_weather', parameters: {} } };
    expect(turnOf({ tools: [weather] })).toMatchObject({ tools: true, workbench: false });
    expect(turnOf({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).tools).toBe(false);
    expect(turnOf({})).toMatchObject({ tools: false, workbench: false });
  });

  test('not where the model may not call them', () => {
    expect(turnOf({ tools: TOOLS, tool_choice: { type: 'none' } })).toMatchObject({ tools: false, workbench: false });
    expect(turnOf({ tools: TOOLS, tool_choice: 'none' }).tools).toBe(false);
    expect(turnOf({ tools: TOOLS, tool_choice: 'auto' }).tools).toBe(true);
  });
});

for (const [shape, of] of [
  ['anthropic', step],
  ['openai', openStep],
] as const) {
  describe(`calls of tools, ${shape}`, () => {
    test('the latest first, with what they do', () => {
      const messages = [
        user('go'),
        ...of('a', 'read_file', { path: 'a' }, 'text'),
        ...of('b', 'bash', { command: 'npm test' }, 'Error: 2 failed'),
        ...of('c', 'bash', { command: 'git diff' }, 'diff'),
      ];
      expect(turnOf({ messages })).toMatchObject({
        inToolLoop: true,
        errors: 0,
        repeats: 1,
        calls: [
          { name: 'bash', kind: 'read', failed: false },
          { name: 'bash', kind: 'run', failed: true },
          { name: 'read_file', kind: 'read', failed: false },
        ],
      });
    });

    test('a reminder of the system behind the results does not close the loop', () => {
      const messages = [user('do it'), ...of('a', 'Bash', { command: 'ls' }, 'ok')];
      const reminder = { role: 'system', content: 'Keep the todo list.' };
      expect(turnOf({ messages: [...messages, reminder] }).inToolLoop).toBe(true);
      expect(turnOf({ messages: [...messages, user('stop'), reminder] }).inToolLoop).toBe(false);
      expect(turnOf({ messages: [...messages, assistant('done'), reminder] }).inToolLoop).toBe(false);
    });

    test('failures in a row, and the same call again', () => {
      const failing = (id: string) => of(id, 'bash', { command: 'make' }, 'Exit code 2');
      const messages = [user('go'), ...of('a', 'edit', {}, 'ok'), ...failing('b'), ...failing('c'), ...failing('d')];
      expect(turnOf({ messages })).toMatchObject({ errors: 3, repeats: 3, inToolLoop: true });
      const fresh = [...messages, assistant('I give up.'), user('once more')];
      expect(turnOf({ messages: fresh })).toMatchObject({ errors: 3, repeats: 3, inToolLoop: false, answers: 5 });
    });
  });
}

test('a result that says of itself that it is an error', () => {
  const messages = [user('go'), ...step('a', 'Edit', {}, [text('nothing to replace')], true)];
  expect(turnOf({ messages }).calls).toEqual([{ name: 'Edit', kind: 'edit', failed: true }]);
});

test('calls as they were before there were tools', () => {
  const messages = [
    user('go'),
    { role: 'assistant', content: null, function_call: { name: 'bash', arguments: '{"command":"make"}' } },
    { role: 'function', name: 'bash', content: 'Error: no rule' },
  ];
  expect(turnOf({ messages })).toMatchObject({
    inToolLoop: true,
    calls: [{ name: 'bash', kind: 'run', failed: true }],
  });
});

describe('media', () => {
  test('now, earlier, or none', () => {
    expect(turnOf({ messages: [user([PNG, text('what is it?')])] }).media).toBe('now');
    expect(turnOf({ messages: [user([PNG]), assistant('a crane'), user('what colour?')] }).media).toBe('earlier');
    expect(turnOf({ messages: [user('an "image", of type "image"')] }).media).toBe('none');
  });

  test('in the result of a tool', () => {
    const messages = [user('go'), ...step('a', 'screenshot', {}, [PNG])];
    expect(turnOf({ messages }).media).toBe('now');
  });

  test('a document that is no text', () => {
    const document = (source: object) => user([{ type: 'document', source }]);
    const pdf = document({ type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' });
    expect(turnOf({ messages: [pdf] }).media).toBe('now');
    expect(turnOf({ messages: [document({ type: 'text', media_type: 'text/plain', data: 'x' })] }).media).toBe('none');
  });
});
