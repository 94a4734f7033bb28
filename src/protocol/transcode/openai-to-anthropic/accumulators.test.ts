/** What clients' accumulators do with chunks that a gateway could send: the reasons for the form ours have. */
import { describe, expect, test } from 'bun:test';
import { accumulateAsPython, accumulateWithSdk } from './answers.fixture.ts';

type Json = Record<string, unknown>;

const chunk = (delta: object, finish: string | null = null, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`;
const ROLE = chunk({ role: 'assistant', content: '' });
const END = chunk({}, 'stop');
const DONE = 'data: [DONE]\n\n';
const call = (entry: object) => chunk({ tool_calls: [entry] });
const python = (...chunks: string[]) => accumulateAsPython(chunks.join('')).message;
const sdk = async (...chunks: string[]) => {
  const completion = await accumulateWithSdk([...chunks, DONE].join(''), { stream_options: { include_usage: true } });
  const [choice] = completion.choices as { message: Json }[];
  return { ...choice!.message, usage: completion.usage } as Json;
};

describe('what accumulators punish', () => {
  test('a role on every chunk', async () => {
    const chunks = [ROLE, chunk({ role: 'assistant', content: 'a' }), END];
    expect(python(...chunks).role).toBe('assistantassistant');
    expect((await sdk(...chunks)).role).toBe('assistant');
  });

  test('the id and name of a call told twice', () => {
    const twice = { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } };
    expect(python(ROLE, call(twice), call(twice), END).tool_calls).toMatchObject([
      { id: 'c1c1', function: { name: 'ff' } },
    ]);
  });

  test('a stream without a role, a reason, or the type of a call; calls that start at 1', async () => {
    await expect(sdk(chunk({ content: 'a' }), END)).rejects.toThrow('role');
    await expect(sdk(ROLE, chunk({ content: 'a' }))).rejects.toThrow('finish_reason');
    await expect(
      sdk(ROLE, call({ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }), END),
    ).rejects.toThrow();
    await expect(
      sdk(ROLE, call({ index: 1, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }), END),
    ).rejects.toThrow();
  });

  test('reasoning and its details in pieces: the one keeps the last, the other joins what must not be joined', async () => {
    const reasoning = [ROLE, chunk({ reasoning_content: 'a' }), chunk({ reasoning_content: 'b' }), END];
    expect([(await sdk(...reasoning)).reasoning_content, python(...reasoning).reasoning_content]).toEqual(['b', 'ab']);
    const detail = (text: string) => chunk({ reasoning_details: [{ index: 0, type: 't', text, format: 'f' }] });
    const details = [ROLE, detail('a'), detail('b'), END];
    expect((await sdk(...details)).reasoning_details).toMatchObject([{ text: 'b' }]);
    expect(python(...details).reasoning_details).toMatchObject([{ text: 'ab', format: 'ff' }]);
  });

  test('annotations in two chunks', async () => {
    const chunks = [
      ROLE,
      chunk({ annotations: [{ type: 'url_citation' }] }),
      chunk({ annotations: [{ type: 'url_citation', n: 2 }] }),
      END,
    ];
    expect((await sdk(...chunks)).annotations).toHaveLength(1);
    expect(() => python(...chunks)).toThrow('RuntimeError');
  });

  test('a chunk behind the count', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const count = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`;
    expect((await sdk(ROLE, END, count)).usage).toEqual(usage);
    expect((await sdk(ROLE, END, count, chunk({}, null, { usage: null }))).usage).not.toEqual(usage);
  });

  test('an event without data, but no comment', async () => {
    expect((await sdk(ROLE, ': ping\n\n', chunk({ content: 'a' }), END)).content).toBe('a');
    await expect(sdk(ROLE, 'event: ping\n\n', END)).rejects.toThrow();
  });
});
