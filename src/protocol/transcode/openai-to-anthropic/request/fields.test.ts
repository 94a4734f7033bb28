import { createHash } from 'node:crypto';
import { describe, expect, test } from 'bun:test';
import type { Capabilities } from '../../capabilities.ts';
import { FIELDS } from './fields.ts';
import { prepare, refusalOf } from './prepare.fixture.ts';

/** The members of what is sent beside the model, the limit and the messages; and the warnings. */
function rest(body: Record<string, unknown>, capabilities: Partial<Capabilities> = {}) {
  const { sent, warnings } = prepare(body, capabilities);
  const { model: _model, max_tokens: _limit, messages: _messages, ...others } = sent;
  return { ...others, ...(warnings.length > 0 && { warnings }) };
}

describe('every top-level member', () => {
  test('the least request', () => {
    expect(prepare('{"messages":[{"role":"user","content":"Hi"}],"model":"public-model"}').text).toBe(
      '{"model":"upstream-model","max_tokens":8192,"messages":[{"role":"user","content":"Hi"}]}',
    );
  });

  test.each([
    ['frequency_penalty', 0, 0.5],
    ['presence_penalty', 0.0, -1],
    ['logit_bias', {}, { '50256': -100 }],
    ['logprobs', false, true],
    ['top_logprobs', 0, 3],
    ['seed', undefined, 0],
    ['verbosity', 'medium', 'low'],
    ['store', false, true],
    ['prediction', undefined, { type: 'content', content: 'x' }],
    ['moderation', undefined, { model: 'omni', policy: { input: { mode: 'score' } } }],
    ['service_tier', undefined, 'turbo'],
    ['whatever', undefined, 1],
  ])('C104 logprobs: %s is left out: silently when it says nothing, else with a warning', (name, silent, told) => {
    if (silent !== undefined) expect(rest({ [name]: silent })).toEqual({});
    expect(rest({ [name]: null })).toEqual({});
    expect(rest({ [name]: told })).toEqual({ warnings: [`dropped.${name}`] });
  });

  test('what is for the gateway or mere bookkeeping goes silently', () => {
    const body = {
      metadata: { a: 'b' },
      n: 1,
      modalities: ['text'],
      audio: { voice: 'alloy', format: 'mp3' },
      stream_options: { include_obfuscation: true },
      th_steering: 'off',
      th_anything: { a: 1 },
    };
    expect(rest(body, { extraAllow: ['th_steering'] })).toEqual({});
  });

  test('C103 n-2: M6: what would change the answer’s meaning is refused by its path', () => {
    expect(refusalOf({ n: 2 })).toBe('unsupported_value n');
    expect(refusalOf({ n: 0 })).toBe('invalid_value n');
    expect(refusalOf({ modalities: ['text', 'audio'] })).toBe('unsupported_value modalities');
    expect(refusalOf({ moderation: { policy: { output: { mode: 'block' } } } })).toBe('unsupported_value moderation');
    expect(refusalOf({ moderation: { policy: { input: { mode: 'block' } } } })).toBe('unsupported_value moderation');
  });

  test('a value of the wrong type is refused, and not guessed at', () => {
    for (const [name, value] of [
      ['temperature', '0.5'],
      ['max_tokens', '100'],
      ['stop', 7],
      ['tools', {}],
      ['seed', undefined],
      ['frequency_penalty', 'low'],
      ['reasoning_effort', 3],
      ['stream_options', true],
      ['parallel_tool_calls', 'no'],
      ['user', 1],
    ] as const) {
      if (value === undefined) continue;
      const tools = name === 'parallel_tool_calls' ? { tools: [{ type: 'function', function: { name: 'f' } }] } : {};
      expect(refusalOf({ ...tools, [name]: value })).toBe(`invalid_value ${name}`);
    }
  });

  test('unknown members cross as they are where the upstream is known to take them', () => {
    const body = '{"model":"m","messages":[{"role":"user","content":"Hi"}],"vendor\\u0041":{ "10":1.0,"2":1e2 }}';
    expect(prepare(body, { extraAllow: ['vendorA'] }).text).toContain('"vendorA":{ "10":1.0,"2":1e2 }');
    const twice = prepare(
      {
        system: 'x',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'Hi' },
        ],
      },
      { extraAllow: ['system'] },
    );
    expect(twice.text.split('"system":')).toHaveLength(2);
  });

  test('the table knows every member of the official client’s types', () => {
    const official =
      'messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options';
    for (const name of official.split(' ')) expect(Object.hasOwn(FIELDS, name)).toBe(true);
  });
});

describe('limits', () => {
  test('C014 default-max-tokens: M1: the limit is the client’s, else the model’s default', () => {
    const limit = (body: Record<string, unknown>, capabilities: Partial<Capabilities> = {}) =>
      prepare(body, capabilities).sent.max_tokens as number;
    expect(limit({})).toBe(8192);
    expect(limit({}, { maxOutput: 4096 })).toBe(4096);
    expect(limit({ max_tokens: 10 })).toBe(10);
    expect(limit({ max_completion_tokens: 20, max_tokens: 10 })).toBe(20);
    expect(prepare('{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":64.0}').text).toContain(
      '"max_tokens":64,',
    );
  });

  test('M1: more than the model gives is clamped, disclosed; less than one is refused', () => {
    const { sent, warnings } = prepare({ max_completion_tokens: 99_999 }, { maxOutput: 8000 });
    expect([sent.max_tokens, warnings]).toEqual([8000, ['clamped.max_tokens=max_completion_tokens']]);
    for (const value of [0, -1, 1.5]) expect(refusalOf({ max_tokens: value })).toBe('invalid_value max_tokens');
  });

  test('C099 stop-string: J3: a string is a list of one; blank and repeated ones go', () => {
    expect(rest({ stop: 'END' })).toEqual({ stop_sequences: ['END'] });
    expect(rest({ stop: ['a', '', 'b', 'a', ' \n'] })).toEqual({
      stop_sequences: ['a', 'b'],
      warnings: ['dropped.stop=stop[1]', 'dropped.stop=stop[4]'],
    });
    expect(rest({ stop: '\n' })).toEqual({ warnings: ['dropped.stop'] });
    expect(rest({ stop: [] })).toEqual({});
    expect(rest({ stop: ['a', 'b', 'c'] }, { stopMax: 2 })).toEqual({
      stop_sequences: ['a', 'b'],
      warnings: ['dropped.stop=stop[2]'],
    });
    expect(refusalOf({ stop: ['a', null] })).toBe('invalid_value stop[1]');
    const written = prepare('{"model":"m","messages":[{"role":"user","content":"Hi"}],"stop":["\\u003c/s>"]}');
    expect(written.text).toContain('"stop_sequences":["\\u003c/s>"]');
  });
});

describe('sampling', () => {
  test('C015 temp-gt-1: beyond the vendor’s range is clamped, never rescaled', () => {
    expect(rest({ temperature: 1.7 })).toEqual({ temperature: 1, warnings: ['clamped.temperature'] });
    expect(rest({ temperature: -1 })).toEqual({ temperature: 0, warnings: ['clamped.temperature'] });
    const { text } = prepare(
      '{"model":"m","messages":[{"role":"user","content":"Hi"}],"temperature":0.70,"top_p":1.0}',
    );
    expect(text).toContain('"temperature":0.70,"top_p":1.0,');
  });

  test('C016 temp-none: a model without sampling is sent none', () => {
    const none = { sampling: 'none' } as const;
    expect(rest({ temperature: 0.2, top_p: 0.9, top_k: 5 }, none)).toEqual({
      warnings: ['dropped.temperature', 'dropped.top_p', 'dropped.top_k'],
    });
    expect(rest({ temperature: 1, top_p: 0.995, top_k: -1 }, none)).toEqual({});
  });

  test('a model that takes one of them is sent the temperature', () => {
    const one = { sampling: 'one' } as const;
    expect(rest({ temperature: 0.2, top_p: 0.9 }, one)).toEqual({ temperature: 0.2, warnings: ['dropped.top_p'] });
    expect(rest({ temperature: 0.2, top_p: 1 }, one)).toEqual({ temperature: 0.2 });
    expect(rest({ top_p: 0.9 }, one)).toEqual({ top_p: 0.9 });
    expect(rest({ top_k: 40 }, one)).toEqual({ warnings: ['dropped.top_k'] });
    expect(rest({ temperature: 0.2, top_p: 0.9, top_k: 40 })).toEqual({ temperature: 0.2, top_p: 0.9, top_k: 40 });
  });

  test('a model that thinks is sent what goes with thinking', () => {
    const body = { reasoning_effort: 'high', temperature: 0.2, top_k: 40 };
    expect(rest({ ...body, top_p: 0.5 })).toMatchObject({
      thinking: { type: 'enabled' },
      warnings: ['dropped.temperature', 'dropped.top_p', 'dropped.top_k'],
    });
    const kept = rest({ reasoning_effort: 'high', temperature: 1, top_p: 0.95 });
    expect(kept).toMatchObject({ top_p: 0.95 });
    expect(kept).not.toHaveProperty('warnings');
    expect(kept).not.toHaveProperty('temperature');
  });
});

describe('who asks', () => {
  const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  const userId = (body: Record<string, unknown>) => prepare(body).sent.metadata?.user_id as unknown;

  test('an id crosses; the identifier for safety before the other', () => {
    expect(userId({ user: 'u-1' })).toBe('u-1');
    expect(userId({ user: 'u-1', safety_identifier: 's-1' })).toBe('s-1');
    expect(userId({ user: '' })).toBeUndefined();
    expect(userId({})).toBeUndefined();
  });

  test('an address or a telephone number crosses as a digest, as does what is too long', () => {
    const personal = ['a@b.example', 'Ann <a@b.example>', '+49 (170) 123-45 67', '0170.1234567', 'x'.repeat(300)];
    for (const text of personal) expect(userId({ user: text })).toBe(hash(text));
    for (const text of ['user_12', '7f9c2b8e-1c3d-4e5f-8a9b-0c1d2e3f4a5b', 'a@b'])
      expect(userId({ user: text })).toBe(text);
  });
});

describe('service_tier', () => {
  test.each([
    ['auto', 'auto', false],
    ['default', 'standard_only', false],
    ['priority', 'auto', true],
    ['fast', 'auto', true],
    ['flex', 'standard_only', true],
    ['scale', 'standard_only', true],
  ])('%s → %s', (tier, sent, told) => {
    expect(rest({ service_tier: tier })).toEqual({
      service_tier: sent,
      ...(told && { warnings: ['approx.service_tier'] }),
    });
  });
});

describe('streams', () => {
  test('C005 stream-usage: a stream is asked for, and what the client wants of it is remembered', () => {
    const { sent, prepared } = prepare({ stream: true, stream_options: { include_usage: true } });
    expect(sent.stream).toBe(true);
    expect(sent.stream_options).toBeUndefined();
    expect([prepared.asksForStream, prepared.plan.includeUsage]).toEqual([true, true]);
    expect(prepare({ stream: true }).prepared.plan.includeUsage).toBe(false);
    expect(prepare({ stream_options: { include_usage: true } }).prepared.plan.includeUsage).toBe(false);
  });

  test('a model that only streams is asked for a stream', () => {
    const { sent, prepared } = prepare({ stream: false }, { streamOnly: true });
    expect([sent.stream, prepared.asksForStream]).toEqual([true, true]);
    expect(prepare({ stream: false }).sent.stream).toBeUndefined();
  });
});
