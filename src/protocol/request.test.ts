import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import fc from 'fast-check';
import { arbitraryBody } from '../../test/support/arbitrary-body.ts';
import { ApiError } from './api-error.ts';
import { readRequest } from './request.ts';

const RUNS = Number(process.env.TH_RUNS ?? 200);
setDefaultTimeout(10_000 + RUNS * 50);
const encoder = new TextEncoder();

const read = (text: string) => readRequest(encoder.encode(text));

function refusal(text: string): ApiError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text.slice(0, 100)}`);
}

/** The name with its n-th letter escaped. */
function escaped(name: string, at: number): string {
  return `${name.slice(0, at)}\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}${name.slice(at + 1)}`;
}

describe('readRequest', () => {
  test('finds model and stream in every spelling of a body', () => {
    for (const shape of ['openai', 'anthropic'] as const) {
      fc.assert(
        fc.property(arbitraryBody(shape, 'acme/modèle-1'), ({ text, streams }) => {
          const bytes = encoder.encode(text);
          const facts = readRequest(bytes);
          expect(facts.model).toBe('acme/modèle-1');
          expect(facts.stream).toBe(streams);
          expect(facts.bytes).toBe(bytes);
          expect(facts.modelMember.name).toBe('model');
        }),
        { numRuns: RUNS },
      );
    }
  });

  const DECIDING = {
    model: '"m"',
    messages: '[]',
    system: '"s"',
    stream: 'false',
    stream_options: '{}',
    max_tokens: '1',
    max_completion_tokens: '1',
    tools: '[]',
    n: '1',
    th_steering: '"off"',
    th_: '1',
  };
  for (const [name, value] of Object.entries(DECIDING)) {
    test(`fault 10: ${name} standing twice is refused, however either is spelled`, () => {
      const rest = Object.entries({ model: '"m"', messages: '[]' })
        .filter(([other]) => other !== name)
        .map(([other, given]) => `"${other}":${given},`)
        .join('');
      expect(read(`{${rest}"${name}":${value}}`).model).toBe('m');
      for (let at = 0; at < name.length; at++) {
        for (const [first, second] of [
          [name, name],
          [name, escaped(name, at)],
          [escaped(name, at), name],
          [escaped(name, at), escaped(name, 0)],
        ] as const) {
          const error = refusal(`{"${first}":${value},${rest}"x":1,"${second}":${value}}`);
          expect(error.code).toBe('invalid_value');
          expect(error.details.param).toBe(name);
          expect(error.message).toContain(name);
        }
      }
    });
  }

  test('members that decide nothing may stand twice: that is between the client and the upstream', () => {
    expect(read('{"model":"m","messages":[],"x":1,"x":2,"__proto__":1,"__proto__":2}').model).toBe('m');
  });

  test.each([
    ['{"messages":[]}', 'missing_required_parameter', 'model'],
    ['{"model":null,"messages":[]}', 'missing_required_parameter', 'model'],
    ['{"model":"","messages":[]}', 'invalid_value', 'model'],
    ['{"model":7,"messages":[]}', 'invalid_value', 'model'],
    ['{"model":["m"],"messages":[]}', 'invalid_value', 'model'],
    ['{"model":{"id":"m"},"messages":[]}', 'invalid_value', 'model'],
    ['{"model":true,"messages":[]}', 'invalid_value', 'model'],
    [`{"model":"${'m'.repeat(1025)}","messages":[]}`, 'invalid_value', 'model'],
    ['{"model":"m"}', 'missing_required_parameter', 'messages'],
    ['{"model":"m","messages":null}', 'missing_required_parameter', 'messages'],
    ['{"model":"m","messages":"hi"}', 'invalid_value', 'messages'],
    ['{"model":"m","messages":{}}', 'invalid_value', 'messages'],
    ['{"model":"m","messages":[],"stream":"true"}', 'invalid_value', 'stream'],
    ['{"model":"m","messages":[],"stream":1}', 'invalid_value', 'stream'],
    ['{"model":"m","messages":[],"stream":{}}', 'invalid_value', 'stream'],
    ['{}', 'missing_required_parameter', 'model'],
    ['', 'invalid_json', undefined],
    ['{"model":"m",', 'invalid_json', undefined],
    ['[]', 'invalid_json', undefined],
    ['\ufeff{}', 'invalid_json', undefined],
  ])('%j is refused as %s, param %s', (text, code, param) => {
    const error = refusal(text);
    expect(error.code).toBe(code as never);
    expect(error.details.param).toBe(param as never);
    expect(error.retryable).toBe(false);
  });

  test('stream: null and no stream are no stream', () => {
    expect(read('{"model":"m","messages":[],"stream":null}').stream).toBe(false);
    expect(read('{"model":"m","messages":[]}').stream).toBe(false);
  });

  test('C133: a body for /v1/responses is told where it belongs', () => {
    const error = refusal('{"model":"m","input":"hi"}');
    expect(error.code).toBe('missing_required_parameter');
    expect(error.details.param).toBe('messages');
    expect(error.message).toContain('/v1/responses');
    // With messages beside it, `input` is an unknown member like any other.
    expect(read('{"model":"m","input":"hi","messages":[]}').model).toBe('m');
    expect(refusal('{"model":"m","input":"hi","messages":null}').message).not.toContain('/v1/responses');
  });

  test('no error quotes more than a little of the body', () => {
    const long = 'x'.repeat(1_000_000);
    const bodies = [
      `{"model":"m","messages":[],"th_${long}":1,"th_${long}":2}`,
      `{"model":"${long}","messages":[]}`,
      `{"model":"m","messages":[],"${long}`,
      `{"${long}":1}x`,
    ];
    for (const text of bodies) {
      const error = refusal(text);
      expect(error.message.length).toBeLessThan(700);
      expect((error.details.param ?? '').length).toBeLessThan(200);
    }
  });

  test('fault 8: a body of a million members is refused before a map of them is made', () => {
    const start = performance.now();
    const error = refusal(`{${Array.from({ length: 400_000 }, (_, i) => `"k${i}":0`).join(',')}}`);
    expect(error.code).toBe('invalid_json');
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
