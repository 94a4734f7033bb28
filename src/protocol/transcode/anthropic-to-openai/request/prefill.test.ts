import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { hi, sent } from './blocks.fixture.ts';
import { prepare, refusal } from './prepare.fixture.ts';

describe('an answer the client has begun', () => {
  const messages = [hi, { role: 'assistant', content: 'Answer: ' }];

  test('C094 prefill-none', () => {
    const error = refusal({ messages });
    expect([error.code, error.details.param]).toEqual(['unsupported_value', 'messages[1]']);
    expect(error.message).toStartWith('prefill not supported on this model');
  });

  test('each upstream has its own way to say it', () => {
    const last = (prefill: Capabilities['prefill']) => prepare({ messages }, { prefill }).json;
    const [, begun] = messages;
    expect(last('native').messages[1]).toEqual(begun);
    expect(last('prefix').messages[1]).toEqual({ ...begun, prefix: true });
    expect(last('partial').messages[1]).toEqual({ ...begun, partial: true });
    expect(last('continue_final')).toMatchObject({ continue_final_message: true, add_generation_prompt: false });
  });

  test('the model is told not to think: servers refuse a thinking answer that is begun', () => {
    const options = { prefill: 'native', thinkSwitch: 'chat_template_kwargs' } as const;
    const off = { chat_template_kwargs: { enable_thinking: false } };
    const silent = prepare({ messages }, options);
    expect(silent.json).toMatchObject(off);
    expect(silent.codes).toEqual([]);
    const asked = prepare({ messages, thinking: { type: 'adaptive' } }, options);
    expect(asked.json).toMatchObject(off);
    expect(asked.codes).toEqual(['approx.thinking']);
    for (const content of ['', [], [{ type: 'thinking', thinking: 'x', signature: 'y' }]]) {
      const { json } = prepare({ messages: [hi, { role: 'assistant', content }] }, options);
      expect(json).not.toHaveProperty('chat_template_kwargs');
    }
  });

  test('an empty last message is none', () => {
    expect(sent([hi, { role: 'assistant', content: [] }])).toEqual([hi]);
    expect(sent([hi, { role: 'assistant', content: '' }])).toEqual([hi]);
  });
});
