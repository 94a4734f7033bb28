import { describe, expect, test } from 'bun:test';
import { steer } from './steer.fixture.ts';

const anthropic = (system: string) => `{"model":"m",${system}"messages":[{"role":"user","content":"hi"}]}`;
const openai = (messages: string) => `{"model":"m","messages":[${messages}]}`;
const USER = '{"role":"user","content":"hi"}';
const D = '{"type":"text","text":"D"}';

describe('an Anthropic client', () => {
  test.each([
    ['text', '"system":"Be terse.",', `"system":[{"type":"text","text":"Be terse."},${D}],`],
    ['text in escapes', '"system":"\\u0042\\/e",', `"system":[{"type":"text","text":"\\u0042\\/e"},${D}],`],
    ['empty text', '"system":"",', '"system":"D",'],
    ['blank text', '"system":" \\n\\u00a0",', '"system":" \\n\\u00a0D",'],
    ['null', '"system" : null ,', `"system" : [${D}] ,`],
    ['an empty list', '"system":[ ],', `"system":[${D} ],`],
    [
      'a list with marks',
      '"system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}\n],',
      `"system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},${D}\n],`,
    ],
  ])('%s', (_, before, after) => {
    for (const upstream of ['anthropic', 'openai'] as const) {
      expect(steer('anthropic', upstream, anthropic(before), 'D').text).toBe(anthropic(after));
    }
  });

  test('no system prompt', () => {
    expect(steer('anthropic', 'anthropic', '{"model":"m","messages":[]\n}', 'D').text).toBe(
      `{"model":"m","messages":[]\n,"system":[${D}]}`,
    );
  });

  test.each(['7', 'true', '{"type":"text","text":"a"}'])('what is no system prompt is left alone: %s', (value) => {
    expect(steer('anthropic', 'openai', anthropic(`"system":${value},`)).untouched).toBe(true);
  });

  test('a system message among the others is none of the system prompt', () => {
    const body = openai(`${USER},{"role":"system","content":"now this"},${USER}`);
    expect(steer('anthropic', 'anthropic', body, 'D').text).toBe(`${body.slice(0, -1)},"system":[${D}]}`);
  });
});

describe('an OpenAI client before an OpenAI upstream', () => {
  test.each([
    ['no system message', USER, `{"role":"system","content":"D"},${USER}`],
    [
      'text',
      `{"role":"system","content":"Be terse."},${USER}`,
      `{"role":"system","content":"Be terse.\\n\\nD"},${USER}`,
    ],
    [
      'the last of several',
      `{"role":"system","content":"a"}, {"role":"developer","content":"b"} ,${USER}`,
      `{"role":"system","content":"a"}, {"role":"developer","content":"b\\n\\nD"} ,${USER}`,
    ],
    [
      'a role in escapes',
      `{"role":"\\u0073ystem","content":"a"},${USER}`,
      `{"role":"\\u0073ystem","content":"a\\n\\nD"},${USER}`,
    ],
    ['empty text', `{"role":"system","content":""},${USER}`, `{"role":"system","content":"D"},${USER}`],
    ['null', `{"content":null,"role":"system"},${USER}`, `{"content":"D","role":"system"},${USER}`],
    ['no content', `{"role":"system" },${USER}`, `{"role":"system" ,"content":"D"},${USER}`],
    ['no parts', `{"role":"system","content":[ ]},${USER}`, `{"role":"system","content":[${D} ]},${USER}`],
    [
      'parts with marks',
      `{"role":"system","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}} ]},${USER}`,
      `{"role":"system","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},${D} ]},${USER}`,
    ],
    [
      'a later system message is not the prompt',
      `{"role":"system","content":"a"},${USER},{"role":"system","content":"b"}`,
      `{"role":"system","content":"a\\n\\nD"},${USER},{"role":"system","content":"b"}`,
    ],
    [
      'an assistant that begins',
      `{"role":"assistant","content":"a"},${USER}`,
      `{"role":"system","content":"D"},{"role":"assistant","content":"a"},${USER}`,
    ],
  ])('%s', (_, before, after) => {
    expect(steer('openai', 'openai', openai(before), 'D').text).toBe(openai(after));
  });

  test.each(['7', '{"type":"text"}', 'false'])('a content that is none is left alone: %s', (value) => {
    expect(steer('openai', 'openai', openai(`{"role":"system","content":${value}},${USER}`)).untouched).toBe(true);
  });
});

describe('an OpenAI client before an Anthropic upstream', () => {
  test.each([
    ['no system message', USER, `{"role":"system","content":"D"},${USER}`],
    [
      'behind the leading ones',
      `{"role":"system","content":"a"} , {"role":"developer","content":[]} ,${USER}`,
      `{"role":"system","content":"a"} , {"role":"developer","content":[]},{"role":"system","content":"D"} ,${USER}`,
    ],
  ])('%s', (_, before, after) => {
    expect(steer('openai', 'anthropic', openai(before), 'D').text).toBe(openai(after));
  });
});

describe('where nobody has said anything yet', () => {
  const lone = [
    '',
    ' ',
    '{"role":"system","content":"Write a poem"}',
    '{"role":"system","content":"a"},{"role":"developer","content":"b"}',
    '{"role":"system","content":"a"},{"role":"assistant","content":""}',
  ];
  test.each(lone)('nothing is added: [%s]', (messages) => {
    for (const upstream of ['anthropic', 'openai'] as const) {
      expect(steer('openai', upstream, openai(messages)).untouched).toBe(true);
    }
  });

  test('a tool’s result says something', () => {
    const result = '{"role":"tool","tool_call_id":"c","content":"ok"}';
    expect(steer('openai', 'openai', openai(result)).untouched).toBe(false);
  });
});

test('a text that JSON has to escape', () => {
  const body = anthropic('"system":"a",');
  const { system } = JSON.parse(steer('anthropic', 'anthropic', body).text);
  expect(system.at(-1)).toEqual({ type: 'text', text: 'Plan "first",\nthen 做 \\ do.' });
  const { messages } = JSON.parse(steer('openai', 'openai', openai(`{"role":"system","content":"a"},${USER}`)).text);
  expect(messages[0].content).toBe('a\n\nPlan "first",\nthen 做 \\ do.');
});
