import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { createRedactor } from './redact.ts';

const redact = createRedactor({
  host: 'llm.internal:8443',
  keys: ['sk-live-0123456789', 'plain secret'],
  model: 'private-model-7b',
  publicModel: 'acme/fast',
});

describe('createRedactor', () => {
  test.each([
    ['Incorrect API key provided: sk-live-0123456789.', 'Incorrect API key provided: [redacted].'],
    ['key plain secret, twice plain secret', 'key [redacted], twice [redacted]'],
    ['sk-proj-ab***********yz is wrong', '[redacted] is wrong'],
    ['in organization org-AbCdEf123456 on tokens', 'in organization [redacted] on tokens'],
    ['gsk_0123456789abcdef', '[redacted]'],
    ['AIzaSyA0123456789abcdefghijklmnop', '[redacted]'],
    ['no route to llm.internal:8443', 'no route to [upstream]'],
    ['POST https://llm.internal:8443/v1/chat failed', 'POST [upstream]/v1/chat failed'],
    ['see https://platform.openai.com/account/api-keys.', 'see [upstream]/account/api-keys.'],
    ['The model `private-model-7b` does not exist', 'The model `acme/fast` does not exist'],
    ['', ''],
  ])('%j becomes %j', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test.each([
    'tools[0] is wrong',
    'the key is missing',
    'Rate limit reached: 6000 tokens per minute',
    'maximum context length is 8192 tokens',
    'task-oriented, risk-averse, monkey-patching',
  ])('%j is nobody’s secret', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('inside a JSON text it leaves the quotes where they are', () => {
    const text = JSON.stringify({
      message: 'see "https://llm.internal:8443" or "https://a.b/c\\d"',
      at: 'private-model-7b',
    });
    expect(JSON.parse(redact(text))).toEqual({ message: 'see "[upstream]" or "[upstream]/c\\d"', at: 'acme/fast' });
  });

  test('a public id that a client chose cannot bring the private one back', () => {
    for (const publicModel of ['alias/$&', 'alias/$`', "alias/$'", 'alias/$1']) {
      const text = createRedactor({ host: '', keys: [], model: 'private-model-7b', publicModel })(
        'no private-model-7b here',
      );
      expect(text).toBe(`no ${publicModel} here`);
    }
  });

  test('a public id that contains the upstream’s own keeps nothing private, and nothing doubles', () => {
    const open = createRedactor({ host: '', keys: [''], model: 'gpt-4o', publicModel: 'openai/gpt-4o' });
    expect(open('gpt-4o is not openai/gpt-4o')).toBe('gpt-4o is not openai/gpt-4o');
  });

  test('whatever stands around them, no secret is left', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('sk-live-0123456789', 'private-model-7b', 'llm.internal:8443'))),
        (parts) => {
          const out = redact(parts.join(' '));
          for (const secret of ['sk-live-0123456789', 'private-model-7b', 'llm.internal:8443'])
            expect(out).not.toContain(secret);
        },
      ),
    );
  });

  test('a text of a megabyte costs its length', () => {
    const start = performance.now();
    for (const text of [
      'sk-'.repeat(300_000),
      'https://'.repeat(120_000),
      'key_a'.repeat(200_000),
      'x'.repeat(1_000_000),
    ])
      redact(text);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
