/** What the official SDKs make of an answer, and what they would make of one that is a little different: why it is as it is. */
import { describe, expect, test } from 'bun:test';
import { chunk, crossChunks, finalMessages, usageChunk } from './answers.fixture.ts';

const call = (index: number, name: string, args: string) =>
  chunk({ tool_calls: [{ index, id: `id_${index}`, function: { name, arguments: args } }] });
const { text: GOLDEN, message } = crossChunks([
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning: 'hm ' }),
  chunk({ reasoning: 'yes' }),
  chunk({ content: 'he\u{1f30d}' }),
  chunk({ content: 'llo' }),
  call(0, 'f', '{"a":1}'),
  call(1, 'g', ''),
  chunk({}, 'tool_calls'),
  usageChunk({ prompt_tokens: 42, completion_tokens: 11, prompt_tokens_details: { cached_tokens: 2 } }),
]);

type Message = typeof message;
const read = async (text: string) => (await finalMessages(text)) as unknown as Message[];
const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;
/** The events of one kind taken out. */
const without = (name: string) => GOLDEN.replace(new RegExp(`event: ${name}\n.*\n\n`, 'g'), '');

describe('both SDKs', () => {
  test('C035, C006: read the whole message', async () => {
    for (const final of await read(GOLDEN)) {
      expect(final.content).toEqual([
        { type: 'thinking', thinking: 'hm yes', signature: message.content[0]?.signature as string },
        { type: 'text', text: 'he\u{1f30d}llo' },
        { type: 'tool_use', id: 'id_0', name: 'f', input: { a: 1 } },
        { type: 'tool_use', id: 'id_1', name: 'g', input: {} },
      ]);
      expect([final.id, final.model, final.stop_reason, final.stop_sequence]).toEqual([
        'msg_0123456789abcdef',
        'public-model',
        'tool_use',
        null,
      ]);
      expect(final.usage).toMatchObject({ input_tokens: 40, cache_read_input_tokens: 2, output_tokens: 11 });
    }
  });

  test('C051 ping: ignore pings and comments anywhere', async () => {
    const pinged = GOLDEN.replaceAll('\n\n', `\n\n${event('ping', {})}: c\n\n`);
    for (const final of await read(pinged)) expect(final.content).toHaveLength(4);
  });

  test('ignore data without a name, and find no message', async () => {
    await expect(read(GOLDEN.replace(/^event: .*\n/gm, ''))).rejects.toThrow();
  });

  test('refuse a second message_start, and a stream without message_stop', async () => {
    const start = /event: message_start\n.*\n\n/.exec(GOLDEN)?.[0] as string;
    await expect(read(start + GOLDEN)).rejects.toThrow();
    await expect(read(without('message_stop'))).rejects.toThrow();
  });

  test('know no reason without message_delta', async () => {
    for (const final of await read(without('message_delta'))) expect(final.stop_reason).toBeNull();
  });

  test('lose text that is put into a block of another kind', async () => {
    const mixed = GOLDEN.replaceAll('"index":1,"delta"', '"index":0,"delta"');
    for (const final of await read(mixed)) expect(final.content[1]?.text).toBe('');
  });

  test('keep the last signature alone', async () => {
    const twice = GOLDEN.replace(
      'event: content_block_stop',
      `${event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'second' } })}event: content_block_stop`,
    );
    for (const final of await read(twice)) expect(final.content[0]?.signature).toBe('second');
  });

  test('need the thinking member in the start of a block', async () => {
    for (const final of await read(GOLDEN.replace('"thinking":"","signature":""', '"signature":""'))) {
      expect(final.content[0]?.thinking).toStartWith('undefined');
    }
  });

  test('refuse a whole answer for one input that is not JSON', async () => {
    await expect(read(GOLDEN.replace('{\\"a\\":1}', '{\\"a\\": tru,}'))).rejects.toThrow();
  });

  test('know no tool input but an object, which is what they are given whatever the model wrote', async () => {
    for (const args of ['{"a": tru,}', 'null', '[1]', '"x"', '{}{"a":1}', '{"a":1}</tool_call>', ' ']) {
      const { text } = crossChunks([call(0, 'f', args), chunk({}, 'tool_calls')]);
      for (const final of await read(text)) expect(final.content[0]?.input).toBeObject();
    }
  });

  test('tell the type and the words of an error event, and nothing of one in another shape', async () => {
    const start = GOLDEN.slice(0, GOLDEN.indexOf('event: ping'));
    const failed = start + event('error', { error: { type: 'overloaded_error', message: 'busy' } });
    await expect(read(failed)).rejects.toThrow('busy');
  });
});
