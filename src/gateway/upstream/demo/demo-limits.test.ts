import { describe, expect, test } from 'bun:test';
import { countTokens } from './tokens.ts';
import { type Json, chat, message, tools, toolsA, user } from './demo-requests.fixture.ts';

describe('thinking', () => {
  test('openai: reasoning_effort gives reasoning_content; none and absence do not', async () => {
    const thought = await chat({ reasoning_effort: 'low' });
    expect(thought.choices[0].message.reasoning_content).toBeString();
    const tokens = countTokens(thought.choices[0].message.reasoning_content);
    expect(thought.usage.completion_tokens_details.reasoning_tokens).toBe(tokens);
    expect((await chat({ reasoning_effort: 'none' })).choices[0].message).not.toHaveProperty('reasoning_content');
    expect((await chat({})).choices[0].message).not.toHaveProperty('reasoning_content');
  });
  test('anthropic: a signed block before the text; empty but signed when omitted', async () => {
    for (const thinking of [{ type: 'enabled', budget_tokens: 1024 }, { type: 'adaptive' }]) {
      const [thought, text] = (await message({ thinking })).content;
      expect(thought).toMatchObject({ type: 'thinking', thinking: expect.stringMatching(/./) });
      expect(thought.signature.length).toBeGreaterThan(8);
      expect(text.type).toBe('text');
    }
    const hidden = await message({ thinking: { type: 'adaptive', display: 'omitted' } });
    expect(hidden.content[0]).toMatchObject({ thinking: '', signature: expect.stringMatching(/./) });
    expect(hidden.usage.output_tokens_details.thinking_tokens).toBeGreaterThan(0);
    expect((await message({ thinking: { type: 'disabled' } })).content).toHaveLength(1);
  });
});

describe('limits', () => {
  test('max_tokens cuts to exactly so many tokens', async () => {
    const cut = await chat({ max_completion_tokens: 5 });
    expect(cut.choices[0].finish_reason).toBe('length');
    expect(countTokens(cut.choices[0].message.content)).toBe(5);
    expect(cut.usage.completion_tokens).toBe(5);
    expect((await chat({ max_tokens: 3 })).usage.completion_tokens).toBe(3);
    const cutA = await message({ max_tokens: 4, thinking: { type: 'adaptive' } });
    expect(cutA).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 4 } });
    expect(cutA.content.map((block: Json) => block.type)).toEqual(['thinking']);
  });
  test('an answer that just fits is not cut', async () => {
    const whole = await chat({});
    const fits = await chat({ max_tokens: whole.usage.completion_tokens });
    expect(fits.choices).toEqual(whole.choices);
  });
  test('a cut tool call: the raw prefix in one shape, an empty object in the other', async () => {
    const ask = user('get_weather');
    const cut = (await chat({ tools, max_tokens: 8, ...ask })).choices[0];
    expect(cut.finish_reason).toBe('length');
    expect(() => JSON.parse(cut.message.tool_calls[0].function.arguments)).toThrow();
    const cutA = await message({ tools: toolsA, max_tokens: 8, ...ask });
    expect(cutA).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'tool_use', input: {} }] });
  });
  test('stop sequences end the text before themselves; the earliest wins', async () => {
    const stopped = await message({ stop_sequences: ['echo', 'built-in', 'no such'] });
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'built-in' });
    expect(stopped.content[0].text).toEndWith('I am the ');
    expect(stopped.usage.output_tokens).toBe(countTokens(stopped.content[0].text));
    const choice = (await chat({ stop: 'built-in' })).choices[0];
    expect(choice).toMatchObject({ finish_reason: 'stop', message: { content: stopped.content[0].text } });
    expect((await chat({ stop: ['Hello'] })).choices[0].message.content).toBe('');
  });
});
