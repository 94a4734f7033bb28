import { describe, expect, test } from 'bun:test';
import { loadCorpus, recordedResponse } from '../../../../test/support/corpus.ts';
import { takeApart } from '../../../../test/support/json-tokens.ts';
import { ApiError } from '../../api-error.ts';
import type { Shape } from '../../shape.ts';
import { relayJson } from './response.ts';
import { jsonOf, OPTIONS } from './stream-runs.fixture.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function relay(shape: Shape, text: string, options: Partial<typeof OPTIONS> = {}) {
  const { bytes, ...answer } = relayJson(shape, encoder.encode(text), { ...OPTIONS, ...options });
  return { text: decoder.decode(bytes), ...answer };
}

function refusal(shape: Shape, text: string, options: Partial<typeof OPTIONS> = {}): ApiError {
  try {
    relay(shape, text, options);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error(`taken for an answer: ${text}`);
}

describe('a JSON answer', () => {
  test('gets the public model and keeps every other byte', () => {
    expect(
      relay('openai', ' {"choices":[{"message":{"model":"x"}}] , "mod\\u0065l" : "up" ,"n":1.0,"usage":null}\n').text,
    ).toBe(' {"choices":[{"message":{"model":"x"}}] , "mod\\u0065l" : "public-model" ,"n":1.0,"usage":null}\n');
    expect(relay('anthropic', '{"content":[],"stop_reason":"stop_sequence"}').text).toBe(
      '{"content":[],"stop_reason":"stop_sequence"}',
    );
    expect(relay('openai', '{"choices":[],"model":"up"}', { publicModel: 'a "b" \\' }).text).toBe(
      '{"choices":[],"model":"a \\"b\\" \\\\"}',
    );
  });

  test('its usage is read by the shape’s own rules', () => {
    expect(
      relay('openai', '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}').usage,
    ).toMatchObject({ inputTokens: 9, outputTokens: 2 });
    expect(relay('anthropic', '{"content":[],"usage":{"input_tokens":9,"output_tokens":2}}').usage).toMatchObject({
      inputTokens: 9,
      outputTokens: 2,
    });
    for (const usage of ['', ',"usage":"many"', ',"usage":{"prompt_tokens":0,"completion_tokens":0}']) {
      const answer = relay('openai', `{"choices":[{"message":{"content":"Hello!"}}]${usage}}`);
      expect(answer).toMatchObject({ usage: { inputTokens: 42, outputTokens: 2 }, usageEstimated: true });
      expect(answer.oddities.toJson()).toEqual({ usage_missing: 1 });
    }
  });

  test.each([
    ['{"error":{"message":"no","code":502}}', 'upstream_error', 'no'],
    ['{"error":{"message":"no","code":429}}', 'upstream_rate_limited', 'no'],
    ['{"error":{"message":"no","type":"rate_limit_error"}}', 'upstream_rate_limited', 'no'],
    ['{"error":{"message":"no","code":"engine_overloaded"}}', 'upstream_overloaded', 'no'],
    ['{"error":{"message":"no","type":"invalid_request_error"}}', 'invalid_value', 'no'],
    ['{"error":"no"}', 'upstream_error', 'no'],
    ['{"code":"x","error":"no"}', 'upstream_error', 'no'],
    ['{"detail":"no"}', 'upstream_error', 'no'],
    ['{"object":"error","message":"no","code":400}', 'invalid_value', 'no'],
    ['{"choices":null,"error":{"message":"no"}}', 'upstream_error', 'no'],
    ['{"choices":[ ],"error":{"message":"no"}}', 'upstream_error', 'no'],
    ['{"id":"1","choices":null}', 'upstream_error', 'without choices'],
    ['{"id":"1"}', 'upstream_error', 'without choices'],
    ['{}', 'upstream_error', 'without choices'],
    ['', 'upstream_error', 'not valid JSON'],
    ['[]', 'upstream_error', 'not valid JSON'],
    ['<html>no</html>', 'upstream_error', 'not valid JSON'],
    ['{"choices":[{"message":{"content":"cu', 'upstream_error', 'not valid JSON'],
  ])('C120: a 200 with %j is an error', (text, code, words) => {
    const error = refusal('openai', text);
    expect(error.code).toBe(code as never);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('<html');
  });

  test('C120: a 200 with Anthropic’s error is an error', () => {
    const error = refusal('anthropic', '{"type":"error","error":{"type":"overloaded_error","message":"no"}}');
    expect([error.code, error.message]).toEqual(['upstream_overloaded', 'no']);
    expect(refusal('anthropic', '{"type":"message"}').message).toContain('without content');
  });

  test('an error beside an answer passes: the answer was paid for', () => {
    const text = '{"choices":[{"message":{"content":"half"},"error":{"code":502}}],"error":{"message":"late"}}';
    expect(relay('openai', text).text).toBe(text);
    expect(relay('openai', '{"choices":[],"error":null}').text).toBe('{"choices":[],"error":null}');
  });

  test('the words of an error are redacted', () => {
    const redact = (text: string) => text.replaceAll('secret', 'x');
    expect(refusal('openai', '{"error":{"message":"secret"}}', { redact }).message).toBe('x');
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('every recorded answer passes with nothing changed but the model', () => {
    let answers = 0;
    const errors: string[] = [];
    for (const entry of corpus ?? []) {
      if (entry.status >= 400 || entry.response !== 'response.json') continue;
      const shape = entry.shape === 'openai-chat' ? 'openai' : 'anthropic';
      const bytes = Uint8Array.from(recordedResponse(entry));
      const value = jsonOf(decoder.decode(bytes));
      if (value === undefined || !((shape === 'openai' ? 'choices' : 'content') in value)) {
        expect(refusal(shape, decoder.decode(bytes)).code).toMatch(/^(upstream|invalid)_/);
        errors.push(entry.path);
        continue;
      }
      const out = relayJson(shape, bytes, OPTIONS);
      const parts = (text: Uint8Array) => takeApart(Buffer.from(text).toString('latin1'));
      const [before, after] = [parts(bytes), parts(out.bytes)];
      expect(after.gaps).toEqual([...before.gaps]);
      expect(after.members.map(({ name, raw }) => (name === 'model' ? name : raw))).toEqual(
        before.members.map(({ name, raw }) => (name === 'model' ? name : raw)),
      );
      if ('model' in value) expect(jsonOf(decoder.decode(out.bytes))?.model).toBe('public-model');
      if (value.usage) expect(out.usage).toBeDefined();
      answers++;
    }
    expect(answers).toBeGreaterThan(300);
    expect(errors.length).toBeLessThan(12);
  });
});
