/** What an answer used, in all four directions: told, estimated, or both, at whatever point it ends. */
import { describe, expect, test } from 'bun:test';
import { ApiError } from '../api-error.ts';
import type { Shape } from '../shape.ts';
import type { StreamTranscoder } from './stream.ts';
import {
  ANSWERS,
  bytesOf,
  countsOf,
  DIRECTIONS,
  EVENTS,
  INPUT_ESTIMATE,
  transcoderOf,
  USAGES,
} from './used.fixture.ts';

const GONE = new ApiError('upstream_eof', 'gone');

describe.each(DIRECTIONS)('%s client, %s upstream', (client, upstream) => {
  const events = EVENTS[upstream];
  const usage = USAGES[upstream];

  function streamOf(...texts: string[]): StreamTranscoder {
    const stream = transcoderOf(client, upstream).openStream();
    for (const text of texts) stream.push(bytesOf(text));
    return stream;
  }

  const jsonOf = (text: string, told?: unknown) =>
    transcoderOf(client, upstream).readJson(bytesOf(ANSWERS[upstream](text, told)));

  test('a whole answer whose usage was told used exactly that', () => {
    const stream = streamOf(events.start(), events.text('Hello there'), events.end(usage(7, 3)), events.mark);
    expect([stream.state, ...countsOf(stream)]).toEqual(['complete', 7, 3, false, true]);
    expect(stream.oddities.toJson()?.usage_missing).toBeUndefined();
    expect(countsOf(jsonOf('Hello there', usage(7, 3)))).toEqual([7, 3, false, true]);
  });

  test('F3: usage that was not told, or told as zeros, of an answer with something in it is estimated, and an oddity', () => {
    for (const told of [undefined, null, {}, usage(0, 0), usage(null, null)]) {
      const stream = streamOf(events.start(), events.text('Hello there'), events.end(told), events.mark);
      expect([stream.state, ...countsOf(stream)]).toEqual(['complete', INPUT_ESTIMATE, 4, true, true]);
      expect(stream.oddities.toJson()).toMatchObject({ usage_missing: 1 });
      const answer = jsonOf('Hello there', told);
      expect(countsOf(answer)).toEqual([INPUT_ESTIMATE, 4, true, true]);
      expect(answer.oddities.toJson()).toMatchObject({ usage_missing: 1 });
    }
  });

  test('F3: what was told of either side alone stays, and the other one is estimated', () => {
    const end = (input: number, output: number) =>
      countsOf(streamOf(events.start(), events.text('Hello there'), events.end(usage(input, output)), events.mark));
    expect(end(7, 0)).toEqual([7, 4, true, true]);
    expect(end(0, 3)).toEqual([INPUT_ESTIMATE, 3, true, true]);
    const half = streamOf(events.start(), events.text('Hello there'), events.end(usage(7, 0)), events.mark);
    expect(half.reported).toMatchObject({ inputTokens: 7, outputTokens: 0 });
    expect(streamOf(events.start(), events.text('Hello there')).reported).toBeUndefined();
    expect(countsOf(jsonOf('Hello there', usage(7, 0)))).toEqual([7, 4, true, true]);
    expect(countsOf(jsonOf('Hello there', usage(0, 3)))).toEqual([INPUT_ESTIMATE, 3, true, true]);
  });

  test('an empty answer has no output, told or not: there is nothing to charge', () => {
    expect(countsOf(streamOf(events.start(), events.end(usage(7, 2)), events.mark))).toEqual([7, 2, false, false]);
    expect(streamOf(events.start(), events.end(), events.mark).hasOutput).toBe(false);
    expect(countsOf(jsonOf('', usage(7, 2)))).toEqual([7, 2, false, false]);
    expect(jsonOf('').hasOutput).toBe(false);
    expect(streamOf(events.start()).hasOutput).toBe(false);
    expect(streamOf().hasOutput).toBe(false);
  });

  test('reasoning that nobody may see was put out all the same, where the vendor counts it', () => {
    const [details, name] =
      upstream === 'openai'
        ? ['completion_tokens_details', 'reasoning_tokens']
        : ['output_tokens_details', 'thinking_tokens'];
    const told = { ...usage(7, 500), [details]: { [name]: 500 } };
    expect(streamOf(events.start(), events.end(told), events.mark).hasOutput).toBe(true);
    expect(jsonOf('', told).hasOutput).toBe(true);
  });

  test('G4, L-5: an answer that was given up used its input and what had come of it by then, as an estimate', () => {
    const stream = streamOf(events.start());
    expect(countsOf(stream)).toEqual([INPUT_ESTIMATE, 0, true, false]);
    let written = 0;
    for (const text of ['Hello', ' there', ', how', ' are “you”?\\n', ' '.repeat(300)]) {
      stream.push(bytesOf(events.text(text)));
      written += Buffer.byteLength(JSON.stringify(text)) - 2;
      expect(countsOf(stream)).toEqual([INPUT_ESTIMATE, Math.ceil(written / 3), true, true]);
    }
    // Whoever ends it.
    stream.fail(GONE);
    expect(countsOf(stream)).toEqual([INPUT_ESTIMATE, Math.ceil(written / 3), true, true]);
    const cut = streamOf(events.start(), events.text('Hello there'));
    cut.end();
    expect([cut.state, ...countsOf(cut)]).toEqual(['failed', INPUT_ESTIMATE, 4, true, true]);
    // The client that left is not told it, and the vendor is not at fault.
    expect(cut.oddities.toJson()?.usage_missing).toBeUndefined();
  });

  test('G6: what was delivered is never free: text, reasoning, calls, each by itself', () => {
    expect(countsOf(streamOf(events.start(), events.text('abc')))).toEqual([INPUT_ESTIMATE, 1, true, true]);
    const thought = streamOf(events.start(), events.reasoning('abcdef'));
    expect(countsOf(thought)).toEqual([INPUT_ESTIMATE, 2, true, true]);
    expect(thought.usage.reasoningTokens).toBe(2);
    // The name as well as the arguments: `lookup`, `{\"a\":1}`.
    const called = streamOf(events.start(), events.call('lookup', '{"a":1}'));
    expect(countsOf(called)).toEqual([INPUT_ESTIMATE, 5, true, true]);
    const all = streamOf(events.start(), events.reasoning('abcdef'), events.text('abc'), events.call('f', '{}'));
    expect(countsOf(all)).toEqual([INPUT_ESTIMATE, 4, true, true]);
    // What repeats is counted each time, however it is read.
    const many = streamOf(
      events.start(),
      ...Array<string>(50).fill(events.reasoning('abc')),
      events.text('abc').repeat(50),
    );
    expect([many.usage.outputTokens, many.usage.reasoningTokens]).toEqual([100, 50]);
  });

  test('G4: what was told before it was given up stands, and nothing is counted twice', () => {
    const stream = streamOf(events.start(), events.text('Hello there'), events.end(usage(7, 3)));
    stream.fail(GONE);
    expect(countsOf(stream)).toEqual([7, 3, false, true]);
  });

  test('F5: counts are cumulative: the last one wins, none are added up', () => {
    const told = [1, 2, 3].map((count) => events.text('Hello') + tellsInPassing(upstream, usage(7, count)));
    const stream = streamOf(events.start(), ...told, events.end(usage(7, 5)), events.mark);
    expect(countsOf(stream)).toEqual([7, 5, false, true]);
    // In between, what was written since comes on top.
    const open = streamOf(events.start(), ...told);
    expect(countsOf(open)).toEqual([7, 3, false, true]);
    open.push(bytesOf(events.text('sixsix')));
    expect(countsOf(open)).toEqual([7, 5, true, true]);
  });

  test('F6: a 0 or an absent count at the end takes nothing back', () => {
    for (const zero of [0, null, undefined]) {
      const told = tellsInPassing(upstream, usage(7, 2));
      const end = events.end(usage(zero, 3));
      expect(countsOf(streamOf(events.start(), events.text('Hi'), told, end, events.mark))).toEqual([
        7,
        3,
        false,
        true,
      ]);
    }
  });

  test('a second usage, and one after the end, change nothing', () => {
    const whole = [events.start(), events.text('Hello'), events.end(usage(7, 3))];
    expect(countsOf(streamOf(...whole, events.end(usage(7, 3)), events.mark))).toEqual([7, 3, false, true]);
    const stream = streamOf(...whole, events.mark + events.end(usage(9000, 9000)), events.end(usage(9000, 9000)));
    expect([stream.state, ...countsOf(stream)]).toEqual(['complete', 7, 3, false, true]);
  });

  test.each([
    ['negative', -5],
    ['a text', '5'],
    ['endless', 1e300],
    ['huge', 5_000_000_000],
    ['a list', [5]],
    ['a truth', true],
  ])('fault 42: a count that is %s is none: it is estimated, and an oddity', (_, odd) => {
    const stream = streamOf(events.start(), events.text('Hello there'), events.end(usage(odd, odd)), events.mark);
    expect(countsOf(stream)).toEqual([INPUT_ESTIMATE, 4, true, true]);
    expect(stream.oddities.toJson()).toMatchObject({ usage_malformed: 2, usage_missing: 1 });
    const half = jsonOf('Hello there', usage(7, odd));
    expect(countsOf(half)).toEqual([7, 4, true, true]);
    expect(half.oddities.toJson()).toMatchObject({ usage_malformed: 1, usage_missing: 1 });
  });

  test('fault 42: an output that goes down is an oddity; the last one is what the vendor charges', () => {
    const told = tellsInPassing(upstream, usage(7, 90));
    const stream = streamOf(events.start(), events.text('Hello there'), told, events.end(usage(7, 40)), events.mark);
    expect(countsOf(stream)).toEqual([7, 40, false, true]);
    expect(stream.oddities.toJson()).toMatchObject({ usage_decreased: 1 });
  });
});

/** Usage in the middle of a stream. */
function tellsInPassing(shape: Shape, usage: object): string {
  return shape === 'openai'
    ? `data: ${JSON.stringify({ id: 'c', model: 'up', choices: [], usage })}\n\n`
    : `event: message_delta\ndata: ${JSON.stringify({ type: 'message_delta', delta: {}, usage })}\n\n`;
}

describe.each([['openai'], ['anthropic']] as const)('%s client, Anthropic upstream', (client) => {
  const { start, text, end, mark } = EVENTS.anthropic;
  const open = (...events: string[]) => {
    const stream = transcoderOf(client, 'anthropic').openStream();
    for (const event of events) stream.push(bytesOf(event));
    return stream;
  };

  test('F7: the count of a start is the best there is until the end tells the truth', () => {
    const begun = start({ input_tokens: 12, cache_read_input_tokens: 3, output_tokens: 2 });
    const stream = open(begun);
    expect(stream.usage).toMatchObject({ inputTokens: 12, cacheReadTokens: 3, outputTokens: 2 });
    // It says nothing of how long the answer becomes.
    stream.push(bytesOf(text('Hello there')));
    expect(countsOf(stream)).toEqual([12, 4, true, true]);
    stream.push(bytesOf(end({ input_tokens: 20, output_tokens: 6 }) + mark));
    expect(countsOf(stream)).toEqual([20, 6, false, true]);
    // Zeros at the start are no input.
    expect(countsOf(open(start({ input_tokens: 0, output_tokens: 0 }), text('abc')))).toEqual([42, 1, true, true]);
  });

  test('G4: thinking that is left out of the answer shows by its signature', () => {
    const signature = { type: 'signature_delta', signature: 'EqQB' };
    const event = `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: signature })}\n\n`;
    expect(countsOf(open(start({ input_tokens: 9 }), event))).toEqual([9, 1, true, true]);
  });

  test('F10: an hour in the cache and searches are told apart', () => {
    const usage = {
      input_tokens: 5,
      output_tokens: 6,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 7 },
    };
    const expected = { cacheWriteTokens: 100, cacheWrite1hTokens: 40, serverToolUses: 2 };
    expect(open(start(), text('Hi'), end(usage), mark).usage).toMatchObject(expected);
    expect(transcoderOf(client, 'anthropic').readJson(bytesOf(ANSWERS.anthropic('Hi', usage))).usage).toMatchObject(
      expected,
    );
    // The whole is the sum of its parts where it is not told.
    const { cache_creation_input_tokens: _, ...parts } = usage;
    expect(open(start(parts)).usage).toMatchObject(expected);
  });
});

describe.each([['openai'], ['anthropic']] as const)('%s client, OpenAI upstream', (client) => {
  const { start, text, end, mark } = EVENTS.openai;
  const open = (...events: string[]) => {
    const stream = transcoderOf(client, 'openai').openStream();
    for (const event of events) stream.push(bytesOf(event));
    return stream;
  };

  test('F10: sound, pictures and searches are told apart', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 60,
      total_tokens: 160,
      prompt_tokens_details: { cached_tokens: 10, audio_tokens: 30, image_tokens: 40 },
      completion_tokens_details: { audio_tokens: 20 },
      server_tool_use_details: { web_search_requests: 3 },
    };
    expect(open(start(), text('Hi'), end(usage), mark).usage).toEqual({
      inputTokens: 90,
      outputTokens: 60,
      cacheReadTokens: 10,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      inputAudioTokens: 30,
      inputImageTokens: 40,
      outputAudioTokens: 20,
      serverToolUses: 3,
    });
  });

  test('F8: usage in the last chunk without choices, in the one with the reason, or where Groq and Moonshot put it', () => {
    const usage = { prompt_tokens: 7, completion_tokens: 3 };
    const stop = { index: 0, delta: {}, finish_reason: 'stop' };
    const last = [
      { choices: [stop], usage },
      { choices: [{ ...stop, usage }] },
      { choices: [stop], x_groq: { id: 'req_1', usage } },
    ].map((more) => `data: ${JSON.stringify({ id: 'c', model: 'up', ...more })}\n\n`);
    for (const event of [end(usage), ...last]) {
      expect(countsOf(open(start(), text('Hello'), event, mark))).toEqual([7, 3, false, true]);
    }
  });
});
