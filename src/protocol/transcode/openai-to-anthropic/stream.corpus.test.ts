import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { type CorpusEntry, loadCorpus, recordedResponse } from '../../../../test/support/corpus.ts';
import { AnthropicAggregator } from '../../anthropic/aggregate.ts';
import { streamOfMessage } from '../../anthropic/as-stream.ts';
import { readsOf } from '../same-shape/stream-runs.fixture.ts';
import { accumulateAsPython, accumulateWithSdk, planWith, runAnswer } from './answers.fixture.ts';
import { readAnthropicMessage } from './response.ts';

setDefaultTimeout(60_000);
type Json = Record<string, unknown>;
type Block = Json & { type: string };

const corpus = loadCorpus();
const recorded = (corpus ?? []).filter(({ shape, status }) => shape === 'anthropic-messages' && status === 200);
const streams = recorded.filter(({ response }) => response.endsWith('.sse'));
const messages = recorded.filter(({ response, path }) => response.endsWith('.json') && !path.includes('token-count'));
const name = ({ path }: CorpusEntry) => path.replace('anthropic-messages/', '');

/** Recorded streams that are an error, and which. */
const FAILED: Readonly<Record<string, string>> = {
  'anthropic/s-ools-with-multi-turn-streaming-conversations-06e7bc': 'upstream_overloaded',
  'anthropic-bedrock-proxy/s-mock-external-anthropic-server-7-04a698': 'upstream_error',
};

const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** What the OpenAI message has to be, told from the Anthropic one in the simplest way. */
function expectedOf(message: Json): Json {
  const blocks = message.content as Block[];
  let content = '';
  let toolBetween = false;
  for (const { type, text } of blocks) {
    if (type === 'text' && text !== '') {
      content += (toolBetween && content !== '' ? '\n\n' : '') + String(text);
      toolBetween = false;
    } else if (type !== 'tool_use' && /_tool_use$|_tool_result$/.test(type)) toolBetween = true;
  }
  const calls = blocks.filter(({ type }) => type === 'tool_use');
  const thinking = blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  const thoughts = thinking.map(({ thinking: text }) => text).filter((text) => typeof text === 'string' && text !== '');
  const cited = blocks.flatMap(({ citations }) =>
    ((citations ?? []) as Json[]).filter(({ type }) => type === 'web_search_result_location'),
  );
  return {
    role: 'assistant',
    content,
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
    ...(thinking.length === 0
      ? {}
      : {
          reasoning_details: thinking.map(({ type, thinking: text, signature, data }, index) => ({
            index,
            ...(type === 'thinking'
              ? { type: 'reasoning.text', text, ...(signature === '' ? {} : { signature }) }
              : { type: 'reasoning.encrypted', data }),
            format: 'anthropic-claude-v1',
            model: 'public-model',
          })),
        }),
    ...(cited.length === 0 ? {} : { urls: cited.map(({ url }) => url) }),
    ...(calls.length === 0 ? {} : { calls: calls.map(({ id, name: called, input }) => ({ id, name: called, input })) }),
  };
}

/** The same of an OpenAI message, accumulated or whole. */
function toldOf(message: Json): Json {
  const { refusal: _refusal, tool_calls: calls, annotations, content, parsed: _parsed, ...rest } = message;
  return {
    ...rest,
    content: content ?? '',
    ...(annotations === undefined
      ? {}
      : { urls: (annotations as { url_citation: Json }[]).map(({ url_citation: place }) => place.url) }),
    ...(calls === undefined
      ? {}
      : {
          calls: (calls as { id: string; type: string; function: { name: string; arguments: string } }[]).map(
            ({ id, type, function: fn }) => {
              expect(type).toBe('function');
              return { id, name: fn.name, input: JSON.parse(fn.arguments) as unknown };
            },
          ),
        }),
  };
}

function countsOf(message: Json): unknown {
  const usage = message.usage as Record<string, number> & {
    iterations?: (Record<string, number> & { type: unknown })[];
    output_tokens_details?: { thinking_tokens?: number };
  };
  // Several passes of the model in one answer (compaction) are listed one by one.
  const passes =
    usage.iterations?.filter(({ type }) => String(type) === 'message' || String(type) === 'compaction') ?? [];
  const sum = (field: string) =>
    passes.length > 0 ? passes.reduce((total, pass) => total + (pass[field] ?? 0), 0) : (usage[field] ?? 0);
  const [read, write] = [sum('cache_read_input_tokens'), sum('cache_creation_input_tokens')];
  const prompt = sum('input_tokens') + read + write;
  return {
    prompt_tokens: prompt,
    completion_tokens: sum('output_tokens'),
    total_tokens: prompt + sum('output_tokens'),
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: write },
    completion_tokens_details: { reasoning_tokens: usage.output_tokens_details?.thinking_tokens ?? 0 },
  };
}

function aggregate(bytes: Uint8Array): Json {
  const aggregator = new AnthropicAggregator();
  aggregator.push(bytes);
  return JSON.parse(Buffer.from(aggregator.end()).toString('utf8')) as Json;
}

describe.skipIf(corpus === undefined)('every recorded Anthropic answer to an OpenAI client', () => {
  test('a stream loses no text, thinking, call, argument, reason or count on its way', async () => {
    expect(streams.length).toBeGreaterThan(80);
    for (const entry of streams) {
      const bytes = recordedResponse(entry);
      const run = runAnswer([bytes]);
      const failed = FAILED[name(entry)];
      expect([name(entry), run.told.state]).toEqual([name(entry), failed === undefined ? 'complete' : 'failed']);
      if (failed !== undefined) {
        expect(run.error?.code as string).toBe(failed);
        expect(run.text).not.toContain('[DONE]');
        continue;
      }
      const message = aggregate(bytes);
      const told = accumulateAsPython(run.text);
      expect([name(entry), toldOf(told.message)]).toEqual([name(entry), expectedOf(message)]);
      expect([name(entry), told.finish]).toEqual([name(entry), FINISH[message.stop_reason as string]]);
      // F3: zeros for an answer that has something in it are no count.
      expect([name(entry), run.told.usageEstimated]).toEqual([name(entry), name(entry).includes('programmatic')]);
      if (!run.told.usageEstimated)
        expect([name(entry), told.usage]).toMatchObject([name(entry), countsOf(message) as object]);
      const sdk = await accumulateWithSdk(run.text, { stream_options: { include_usage: true } });
      const [choice] = sdk.choices as { message: Json; finish_reason: unknown }[];
      // The SDK keeps the last piece of what it does not know.
      const { reasoning_content: _last, ...shown } = toldOf(choice!.message);
      const { reasoning_content: _all, ...expected } = expectedOf(message);
      expect([name(entry), shown]).toEqual([name(entry), expected]);
      expect(sdk.usage).toEqual(told.usage as never);
    }
  });

  test('a stream is answered with the same bytes with templates and without, however it is cut', () => {
    for (const [i, entry] of streams.entries()) {
      const bytes = recordedResponse(entry);
      const slow = runAnswer([bytes], {}, { templates: false });
      for (const most of [bytes.length, bytes.length < 20_000 ? 1 : 900, 7000]) {
        expect([name(entry), runAnswer(readsOf(bytes, most, i))]).toEqual([name(entry), slow]);
      }
    }
  });

  test('a JSON message loses nothing either, and is the same by way of a stream', () => {
    expect(messages.length).toBeGreaterThan(80);
    for (const entry of messages) {
      const body = Uint8Array.from(recordedResponse(entry));
      const message = JSON.parse(Buffer.from(body).toString('utf8')) as Json;
      const answer = readAnthropicMessage(body, planWith());
      const completion = JSON.parse(Buffer.from(answer.bytes).toString('utf8')) as Json;
      const [choice] = completion.choices as { message: Json; finish_reason: unknown }[];
      expect([name(entry), toldOf(choice!.message)]).toEqual([name(entry), expectedOf(message)]);
      expect([name(entry), choice!.finish_reason]).toEqual([name(entry), FINISH[message.stop_reason as string]]);
      expect([name(entry), completion.usage]).toMatchObject([name(entry), countsOf(message) as object]);
      const streamed = runAnswer([streamOfMessage(body)]);
      const told = accumulateAsPython(streamed.text);
      expect([name(entry), toldOf(told.message)]).toEqual([name(entry), toldOf(choice!.message)]);
      expect([told.finish, told.usage]).toEqual([choice!.finish_reason, completion.usage]);
    }
  });

  test('what a model put out is written as it wrote it: the arguments are the raw input', () => {
    let calls = 0;
    for (const entry of messages) {
      const body = Uint8Array.from(recordedResponse(entry));
      const text = Buffer.from(body).toString('utf8');
      const completion = JSON.parse(Buffer.from(readAnthropicMessage(body, planWith()).bytes).toString('utf8')) as Json;
      const [choice] = completion.choices as { message: { tool_calls?: { function: { arguments: string } }[] } }[];
      for (const { function: fn } of choice!.message.tool_calls ?? []) {
        expect(text).toContain(fn.arguments);
        calls++;
      }
    }
    expect(calls).toBeGreaterThan(15);
  });

  test('quirks that are known by name come out right', () => {
    const told = (path: string) => {
      const entry = streams.find((one) => name(one) === path);
      expect([path, entry === undefined]).toEqual([path, false]);
      return runAnswer([recordedResponse(entry!)]);
    };
    const program = accumulateAsPython(told('anthropic/s-anthropic-programmatic-tool-calling-1-082457').text);
    expect(program).toMatchObject({
      finish: 'tool_calls',
      message: { tool_calls: [{ function: { name: 'rollDie', arguments: '{"player":"player2"}' } }] },
    });
    const noArguments = accumulateAsPython(told('anthropic/s-test-tools-589789').text);
    expect(
      (noArguments.message.tool_calls as { function: { arguments: string } }[]).map(({ function: fn }) => fn.arguments),
    ).toEqual(['{}', '{}']);
    const padded = accumulateAsPython(told('anthropic/s-anthropic-beta-claude-sonnet-4-0-03a286').text);
    expect(padded.message.tool_calls).toMatchObject([{ function: { arguments: '{"output": 7}' } }]);
    const stray = told('openrouter/s-gateway-message-delta-metadata-4fedc8');
    expect(stray.text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(accumulateAsPython(stray.text).usage).toMatchObject({ prompt_tokens: 32, completion_tokens: 16 });
    const searched = accumulateAsPython(told('anthropic/s-5-streams-search-turns-and-reconstructs-them-e1af67').text);
    expect((searched.usage as { prompt_tokens: number }).prompt_tokens).toBeGreaterThan(1000);
    expect((searched.message.annotations as unknown[]).length).toBeGreaterThan(1);
  });
});
