import { describe, expect, test } from 'bun:test';
import type OpenAI from 'openai';
import { OPENAI_DONE } from '../support/answers.ts';
import { message, messageEvents, text } from './support/anthropic-answers.ts';
import { conformance, type ConformanceModel } from './support/conformance.ts';
import { chunk, chunks, completion, usageChunk } from './support/openai-answers.ts';
import { streamAnthropic, streamOpenAi, type Json } from './support/through-sdk.ts';

const th = conformance();
const messages = [{ role: 'user', content: 'Say hello to everyone in the room.' }];
const bodyA = (model: ConformanceModel) => ({ model: model.id, max_tokens: 100, messages });
const createA = async (model: ConformanceModel) => (await th.anthropic.messages.create(bodyA(model) as never)) as Json;

describe('usage, told to an Anthropic client', () => {
  const model = th.model('openai');

  test('C028 usage-cached, F9, P6: cached tokens are taken out of the input, once', async () => {
    const conventions: object[] = [
      { prompt_tokens_details: { cached_tokens: 80 } },
      { prompt_cache_hit_tokens: 80, prompt_cache_miss_tokens: 20 },
      { cache_read_input_tokens: 80 },
    ];
    for (const convention of conventions) {
      const usage = { prompt_tokens: 100, completion_tokens: 7, total_tokens: 107, ...convention };
      model.answer(completion({ content: 'Hello' }, { usage }));
      const expected = {
        input_tokens: 20,
        cache_read_input_tokens: 80,
        cache_creation_input_tokens: 0,
        output_tokens: 7,
      };
      expect((await createA(model)).usage, JSON.stringify(convention)).toMatchObject(expected);
      const streamed = await streamAnthropic(th, bodyA(model.answer(chunks([{ content: 'Hello' }], { usage }))));
      expect(streamed.message.usage).toMatchObject(expected);
    }
  });

  test('C028 usage-cached: a prompt that was cached as a whole leaves nothing', async () => {
    const usage = {
      prompt_tokens: 80,
      completion_tokens: 7,
      total_tokens: 87,
      prompt_tokens_details: { cached_tokens: 80 },
    };
    model.answer(completion({ content: 'Hello' }, { usage }));
    expect((await createA(model)).usage).toMatchObject({ input_tokens: 0, cache_read_input_tokens: 80 });
    model.answer(completion({ content: 'Hello' }, { usage: { ...usage, prompt_tokens: 70, total_tokens: 77 } }));
    expect((await createA(model)).usage.input_tokens).toBe(0);
  });

  test('C030 usage-late: counts behind the finish arrive, once', async () => {
    const { events, message: whole } = await streamAnthropic(th, bodyA(model.answer(chunks([{ content: 'Hello' }]))));
    expect(whole.usage).toMatchObject({ input_tokens: 40, output_tokens: 11 });
    expect(events.filter(({ type }) => type === 'message_delta')).toHaveLength(1);
  });

  test('C031 usage-in-finish: with the counts in the finish chunk the answer is over, though the upstream stays open', async () => {
    const usage = { prompt_tokens: 40, completion_tokens: 11, total_tokens: 51 };
    model.answer((exchange) =>
      exchange.stream([chunk({ role: 'assistant', content: 'Hello' }), chunk({}, 'stop', {}, { usage })], {
        ending: 'stall',
      }),
    );
    const startedMs = performance.now();
    const { message: whole } = await streamAnthropic(th, bodyA(model));
    // Three streams, one after the other at worst.
    expect(performance.now() - startedMs).toBeLessThan(9_000);
    expect(whole.usage).toMatchObject({ input_tokens: 40, output_tokens: 11 });
  });

  test('C032 usage-never: without counts the gateway estimates, says so, and never tells null', async () => {
    model.answer(completion({ content: 'Hello there, everyone in the room.' }, { usage: null }));
    const { data, response } = await th.anthropic.messages.create(bodyA(model) as never).withResponse();
    const { usage } = data as Json;
    expect(usage.input_tokens).toBeGreaterThan(3);
    expect(usage.output_tokens).toBeGreaterThan(3);
    expect(usage).toMatchObject({ cache_read_input_tokens: 0, cache_creation_input_tokens: 0 });
    expect(response.headers.get('x-th-usage')).toBe('estimated');
    const silent = chunks([{ content: 'Hello there, everyone in the room.' }], { usage: null });
    const { message: whole } = await streamAnthropic(th, bodyA(model.answer(silent)));
    expect(whole.usage.input_tokens).toBeGreaterThan(3);
    expect(whole.usage.output_tokens).toBeGreaterThan(3);
    model.answer(completion({ content: 'Hello' }));
    const told = await th.anthropic.messages.create(bodyA(model) as never).withResponse();
    expect(told.response.headers.get('x-th-usage')).toBe('reported');
  });

  test('C032 usage-never: an upstream that says nothing more after the finish is not waited for for long', async () => {
    const silent = chunks([{ content: 'Hello there, everyone.' }], { usage: null, done: false });
    model.answer((exchange) => exchange.stream(silent, { ending: 'stall' }));
    const startedMs = performance.now();
    const whole = await th.anthropic.messages.stream(bodyA(model) as never).finalMessage();
    expect(performance.now() - startedMs).toBeLessThan(24_000);
    expect(whole).toMatchObject({ stop_reason: 'end_turn', content: [{ text: 'Hello there, everyone.' }] });
    expect(whole.usage.output_tokens).toBeGreaterThan(2);
  });

  test('C033 msgstart-estimate, F7: the first event has an estimate of the input, the last one the truth', async () => {
    const { events, message: whole } = await streamAnthropic(th, bodyA(model.answer(chunks([{ content: 'Hello' }]))));
    expect(events[0].message.usage.input_tokens).toBeGreaterThan(0);
    expect(events[0].message.usage.output_tokens).toBe(0);
    expect(whole.usage.input_tokens).toBe(40);
  });

  test('P6: reasoning that an upstream does not count as output is output all the same', async () => {
    const usage = {
      prompt_tokens: 40,
      completion_tokens: 5,
      total_tokens: 65,
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    model.answer(completion({ content: 'Hello' }, { usage }));
    expect((await createA(model)).usage).toMatchObject({ input_tokens: 40, output_tokens: 25 });
  });

  test('F5: counts on every chunk are not added up', async () => {
    const counted = (n: number) => ({ usage: { prompt_tokens: 40, completion_tokens: n, total_tokens: 40 + n } });
    model.answer([
      chunk({ role: 'assistant', content: 'Hel' }, null, {}, counted(1)),
      chunk({ content: 'lo' }, null, {}, counted(2)),
      chunk({}, 'stop', {}, counted(3)),
      usageChunk(counted(3).usage),
      OPENAI_DONE,
    ]);
    const { message: whole } = await streamAnthropic(th, bodyA(model));
    expect(whole.usage).toMatchObject({ input_tokens: 40, output_tokens: 3 });
    const known = { ...counted(3).usage, prompt_tokens_details: { cached_tokens: 30 } };
    model.answer([
      chunk({ role: 'assistant', content: 'Hello' }, null, {}, counted(1)),
      chunk({}, 'stop', {}, { usage: known }),
      OPENAI_DONE,
    ]);
    // What is told last is what counts, in what it adds too.
    const late = await th.anthropic.messages.stream(bodyA(model) as never).finalMessage();
    expect(late.usage).toMatchObject({ input_tokens: 10, cache_read_input_tokens: 30, output_tokens: 3 });
  });
});

describe('usage, told to an OpenAI client', () => {
  const model = th.model('anthropic');
  const body = () => ({ model: model.id, messages });
  const USAGE = { input_tokens: 20, cache_creation_input_tokens: 5, cache_read_input_tokens: 75, output_tokens: 7 };
  const EXPECTED = {
    prompt_tokens: 100,
    completion_tokens: 7,
    total_tokens: 107,
    prompt_tokens_details: { cached_tokens: 75, cache_write_tokens: 5 },
  };

  test('C029 usage-cached-rev, P6: the prompt is everything that was read, and the total is their sum', async () => {
    model.answer(message([text('Hello')], { usage: { ...USAGE, output_tokens_details: { thinking_tokens: 3 } } }));
    const { usage } = (await th.openai.chat.completions.create(body() as never)) as OpenAI.ChatCompletion;
    expect(usage).toMatchObject({ ...EXPECTED, completion_tokens_details: { reasoning_tokens: 3 } });
    model.answer(messageEvents([text('Hello')], { usage: USAGE }));
    const { completion: streamed } = await streamOpenAi(th, { ...body(), stream_options: { include_usage: true } });
    expect(streamed.usage).toMatchObject(EXPECTED);
  });

  test('F6: a zero at the end does not undo what the start said', async () => {
    const events = messageEvents([text('Hello')], { usage: USAGE });
    const end = {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { input_tokens: 0, output_tokens: 7 },
    };
    const zeroed = events.map((event) =>
      event.startsWith('event: message_delta') ? `event: message_delta\ndata: ${JSON.stringify(end)}\n\n` : event,
    );
    expect(zeroed).not.toEqual(events);
    model.answer(zeroed);
    const { completion: streamed } = await streamOpenAi(th, { ...body(), stream_options: { include_usage: true } });
    expect(streamed.usage).toMatchObject(EXPECTED);
  });

  test('C032 usage-never: nulls of an Anthropic upstream count as zeros', async () => {
    model.answer(
      message([text('Hello')], {
        usage: { input_tokens: 20, cache_creation_input_tokens: null, cache_read_input_tokens: null, output_tokens: 7 },
      }),
    );
    const { usage } = (await th.openai.chat.completions.create(body() as never)) as OpenAI.ChatCompletion;
    expect(usage).toMatchObject({ prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 });
  });
});
