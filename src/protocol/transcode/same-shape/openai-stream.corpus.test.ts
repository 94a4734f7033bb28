import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { loadCorpus, recordedResponse, type CorpusEntry } from '../../../../test/support/corpus.ts';
import { OpenAiSameShapeStream } from './openai-stream.ts';
import { eventsOf, jsonOf, OPTIONS, readsOf, run, type Run } from './stream-runs.fixture.ts';

setDefaultTimeout(30_000);

const open = (options: Partial<typeof OPTIONS> = {}) => new OpenAiSameShapeStream({ ...OPTIONS, ...options });

/** The stream ended with an error, and with nothing behind it. */
function expectError({ text, state }: Run): void {
  expect(state).toBe('failed');
  expect(jsonOf(eventsOf(text).at(-1)?.data ?? '')?.error).toBeDefined();
  expect(text).not.toContain('data: [DONE]');
}

/** Recorded streams that do not pass byte for byte although nothing in them needs a new name: each with the reason. */
const NOT_IDENTICAL = {
  'an error ends them: it is completed to the four keys SDKs read, and nothing follows it': [
    'groq/s-ma-4-scout-17b-16e-instruct-object-streaming-16c5ef',
    'groq/s-test-tool-use-failed-error-streaming-4b2c80',
    'groq/s-test-tool-use-failed-error-streaming-8b6cb6',
    'gpustack-vllm/s-wen3-streams-thinking-content-when-available-e089ae',
    'openai/s-ai-gpt-4-1-nano-supports-streaming-responses-d9ce4d',
    'openai/s-test-hierarchical-verbose-manager-agent-53554b',
    'openrouter/s-oogle-gemini-2-5-flash-lite-object-streaming-e13deb',
    'openrouter/s-test-openrouter-stream-error-8e8e68',
  ],
  'they end without saying so: an error is added': ['evroc/s-without-finish-reason-is-accepted-by-default-beece1'],
  'they finish without [DONE]: it is added': [
    'cerebras/s-es-in-span-for-messages-streaming-44400664-0-4ab6cb',
    'cerebras/s-gpt-oss-120b-reasoning-streaming-17aeb0',
    'cerebras/s-n-3-235b-a22b-instruct-2507-object-streaming-f4b612',
    'cerebras/s-qwen-3-235b-a22b-instruct-2507-streaming-18ce13',
    'cerebras/s-qwen-3-235b-a22b-thinking-2507-streaming-6f85bc',
    'cerebras/s-qwen-3-coder-480b-object-streaming-d9ca71',
    'databricks/s-ks-test-databricks-stream-databricks-gpt-5-2-effc03',
    'huggingface/s-simple-streaming-311e2b',
    'huggingface/s-test-huggingface-tools-63412a',
    'perplexity/s-erplexity-sonar-supports-streaming-responses-14a25d',
    'perplexity/s-pro-streams-thinking-content-when-available-abf2db',
    'perplexity/s-streaming-probe-9daaf1',
    'perplexity/s-streaming-smoke-1787e2',
    'writer/s-async-streaming-chat-multiple-choices-legacy-92231f',
    'writer/s-sync-streaming-chat-tool-call-request-legacy-2f4c03',
    'writer/s-test-writer-async-streaming-chat-legacy-4a4193',
  ],
};

const corpus = loadCorpus();
describe.skipIf(corpus === undefined)('every recorded OpenAI stream', () => {
  const entries = (corpus ?? []).filter(({ shape, response }) => shape === 'openai-chat' && response.endsWith('.sse'));
  const name = (entry: CorpusEntry) => entry.path.replace('openai-chat/', '');
  const reasons = new Map(Object.entries(NOT_IDENTICAL).flatMap(([why, names]) => names.map((n) => [n, why] as const)));
  const failing = new Set(Object.values(NOT_IDENTICAL).slice(0, 2).flat());

  /** The stream up to its end, as values, read by the SDK's own rules. */
  const chunksOf = (entry: CorpusEntry, withError = false) => {
    const chunks: Record<string, unknown>[] = [];
    for (const { data } of eventsOf(Buffer.from(recordedResponse(entry)).toString('utf8'))) {
      const chunk = jsonOf(data);
      if (data.startsWith('[DONE]') || chunk === undefined) break;
      const failed = (chunk.error ?? null) !== null;
      if (!failed || withError) chunks.push(chunk);
      if (failed) break;
    }
    return chunks;
  };
  const upstreamModel = (entry: CorpusEntry) =>
    (chunksOf(entry).find(({ model }) => typeof model === 'string' && model !== '')?.model as string) ?? 'none';

  test('there are enough of them', () => {
    expect(entries.length).toBeGreaterThan(250);
    for (const known of reasons.keys()) expect(entries.map(name)).toContain(known);
  });

  test('passes byte for byte when nothing needs another name, but for those listed', () => {
    for (const entry of entries) {
      const bytes = recordedResponse(entry);
      const out = run(open({ publicModel: upstreamModel(entry) }), [bytes]);
      expect([name(entry), out.text === Buffer.from(bytes).toString('utf8')]).toEqual([
        name(entry),
        !reasons.has(name(entry)),
      ]);
      expect([name(entry), out.state]).toEqual([name(entry), failing.has(name(entry)) ? 'failed' : 'complete']);
      if (out.state === 'failed') expectError(out);
      if (reasons.get(name(entry))?.includes('[DONE]')) {
        expect(out.text).toBe(`${Buffer.from(bytes).toString('utf8')}data: [DONE]\n\n`);
      }
    }
  });

  test('bears the public model in every chunk, and is otherwise the same value', () => {
    for (const entry of entries) {
      const out = run(open(), [recordedResponse(entry)]);
      const told = eventsOf(out.text)
        .flatMap(({ data }) => (jsonOf(data)?.error ? [] : [jsonOf(data)]))
        .filter(Boolean);
      expect([name(entry), told]).toEqual([
        name(entry),
        chunksOf(entry).map((chunk) => (chunk.model ? { ...chunk, model: 'public-model' } : chunk)),
      ]);
    }
  });

  test('C129: hides usage wholly when told, and nothing else', () => {
    for (const entry of entries) {
      const out = run(open({ hideUsage: true, publicModel: upstreamModel(entry) }), [recordedResponse(entry)]);
      const told = eventsOf(out.text)
        .flatMap(({ data }) => (jsonOf(data)?.error ? [] : [jsonOf(data)]))
        .filter(Boolean);
      const expected = chunksOf(entry).flatMap((chunk) => {
        const { usage, ...rest } = chunk;
        const empty = !Array.isArray(chunk.choices) || chunk.choices.length === 0;
        return usage !== undefined && usage !== null && empty ? [] : [rest];
      });
      expect([name(entry), told]).toEqual([name(entry), expected]);
    }
  });

  test('its usage is what the recording says, by another computation', () => {
    let counted = 0;
    for (const entry of entries) {
      const { usage, usageEstimated } = run(open(), [recordedResponse(entry)]);
      const chunks = chunksOf(entry, true);
      const last = chunks
        .map((chunk) => chunk.usage ?? (chunk.x_groq as { usage?: unknown } | null | undefined)?.usage)
        .findLast((told) => typeof told === 'object' && told !== null);
      if (last === undefined) {
        expect([name(entry), usageEstimated]).toEqual([name(entry), true]);
        continue;
      }
      counted++;
      const sent = last as Record<string, number | null> & { prompt_tokens_details?: { cached_tokens?: number } };
      const billed = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
      const cached = sent.prompt_tokens_details?.cached_tokens ?? sent.prompt_cache_hit_tokens ?? 0;
      // Grok on Azure reports more cached tokens than prompt tokens: both numbers are the vendor's own.
      expect([name(entry), billed]).toEqual([name(entry), Math.max(sent.prompt_tokens ?? 0, cached)]);
      expect([name(entry), usage.cacheReadTokens]).toEqual([name(entry), cached]);
      const reasoning = (last as { completion_tokens_details?: { reasoning_tokens?: number } })
        .completion_tokens_details?.reasoning_tokens;
      const apart = sent.total_tokens === sent.prompt_tokens! + sent.completion_tokens! + (reasoning ?? 0);
      expect([name(entry), usage.outputTokens]).toEqual([
        name(entry),
        sent.completion_tokens! + (apart ? (reasoning ?? 0) : 0),
      ]);
    }
    expect(counted).toBeGreaterThan(150);
  });

  test('gives the same bytes however it is cut', () => {
    for (const [i, entry] of entries.entries()) {
      const bytes = recordedResponse(entry);
      const whole = run(open({ hideUsage: true }), [bytes]);
      // Reads of one byte for the short ones: a megabyte of them adds seconds and nothing new.
      for (const most of [bytes.length < 20_000 ? 1 : 900, 7000]) {
        const pieces = run(open({ hideUsage: true }), readsOf(bytes, most, i));
        expect([name(entry), pieces.text === whole.text]).toEqual([name(entry), true]);
        expect([pieces.state, pieces.usage]).toEqual([whole.state, whole.usage]);
      }
    }
  });
});
