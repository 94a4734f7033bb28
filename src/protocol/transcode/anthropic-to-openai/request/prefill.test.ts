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

  test('an empty last message is none', () => {
    expect(sent([hi, { role: 'assistant', content: [] }])).toEqual([hi]);
    expect(sent([hi, { role: 'assistant', content: '' }])).toEqual([hi]);
  });
});
