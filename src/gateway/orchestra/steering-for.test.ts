import { describe, expect, test } from 'bun:test';
import { factsOf } from '../routing/route.fixture.ts';
import { steeringFor } from './steering-for.ts';

const chat = (...turns: string[]) => ({
  messages: turns.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
});
const TOOLS = [{ name: 'Bash', input_schema: {} }];

describe('steeringFor', () => {
  test('the role that is asked for goes first', () => {
    expect(steeringFor(factsOf({ ...chat('hello'), tools: TOOLS }), 'reviewer')?.name).toBe('role:reviewer');
  });

  test('tools that the client runs make it a workflow, unless they may not be called', () => {
    const body = { ...chat('Write a function that adds two numbers'), tools: TOOLS };
    expect(steeringFor(factsOf(body), undefined)?.name).toBe('workflow:plan-todo-execute');
    expect(steeringFor(factsOf({ ...body, tool_choice: 'none' }), undefined)?.name).toBe('role:coder');
  });

  test('tools that the client runs are also those whose schema is the vendor’s', () => {
    const offering = (type: string) => steeringFor(factsOf({ ...chat('hi'), tools: [{ type, name: 'x' }] }), undefined);
    expect(offering('bash_20250124')?.name).toBe('workflow:plan-todo-execute');
    expect(offering('text_editor_20250728')?.name).toBe('workflow:plan-todo-execute');
    expect(offering('web_search_20250305')).toBeUndefined();
  });

  test('else what the first user turn asks for; nothing for a chat', () => {
    expect(steeringFor(factsOf(chat('Summarise this article')), undefined)?.name).toBe('role:summarizer');
    expect(steeringFor(factsOf(chat('Who was Ada Lovelace?')), undefined)).toBeUndefined();
    expect(steeringFor(factsOf({ messages: [] }), undefined)).toBeUndefined();
  });

  test('every turn of a session gets what its first one got', () => {
    const turns = ['Write a function that adds', 'ok', 'Review it', 'ok', 'TypeError: x is not a function', 'ok', 'hi'];
    const names = [1, 3, 5, 7].map((length) => steeringFor(factsOf(chat(...turns.slice(0, length))), undefined)?.name);
    expect(new Set(names)).toEqual(new Set(['role:coder']));
  });

  test('a session that began without words is not steered by what is said later', () => {
    const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
    const answered = { role: 'assistant', content: 'A cat.' };
    const later = { role: 'user', content: 'Summarise this article' };
    for (const content of [[png], '', '<system-reminder>Be brief.</system-reminder>']) {
      const first = { role: 'user', content };
      for (const messages of [[first], [first, answered, later]]) {
        expect(steeringFor(factsOf({ messages }), undefined)).toBeUndefined();
      }
      // What a client adds may come in a message of its own, before the user's.
      expect(steeringFor(factsOf({ messages: [first, later] }), undefined)?.name).toBe('role:summarizer');
    }
    // A greeting of the model's own is no answer.
    expect(steeringFor(factsOf({ messages: [answered, later] }), undefined)?.name).toBe('role:summarizer');
  });

  test('messages of the system before the first user turn change nothing', () => {
    const messages = [{ role: 'system', content: 'Review all diffs.' }, ...chat('Summarise this article').messages];
    expect(steeringFor(factsOf({ messages }), undefined)?.name).toBe('role:summarizer');
  });
});
