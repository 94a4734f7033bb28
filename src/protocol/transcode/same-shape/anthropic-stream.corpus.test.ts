import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { loadCorpus, recordedResponse, type CorpusEntry } from '../../../../test/support/corpus.ts';
import { AnthropicSameShapeStream } from './anthropic-stream.ts';
import { eventsOf, jsonOf, OPTIONS, readsOf, run, type Run } from './stream-runs.fixture.ts';

setDefaultTimeout(30_000);

const open = (options: Partial<typeof OPTIONS> = {}) => new AnthropicSameShapeStream({ ...OPTIONS, ...options });

/** The stream ended with an error, and with nothing behind it. */
function expectError({ text, state }: Run): void {
  expect(state).toBe('failed');
  expect(jsonOf(eventsOf(text).at(-1)?.data ?? '')?.error).toBeDefined();
  expect(text).not.toContain('"message_stop"');
}

/** Recorded streams that do not pass byte for byte although nothing in them needs a new name: each with the reason. */
const NOT_IDENTICAL: Readonly<Record<string, string>> = {
  'anthropic/s-ools-with-multi-turn-streaming-conversations-06e7bc': 'an error: it gets this gateway’s request id',
  'anthropic-bedrock-proxy/s-mock-external-anthropic-server-7-04a698': 'an error: it gets this gateway’s request id',
  'anthropic/s-streaming-prompt-caching-reuses-tool-cache-b28174': 'a blank line behind message_stop goes',
  'anthropic/s-tool-use-response-1fa386': 'message_stop lacks its blank line: it is added',
  'openrouter/s-gateway-message-delta-metadata-4fedc8': '[DONE] behind message_stop goes',
};

const corpus = loadCorpus();
describe.skipIf(corpus === undefined)('every recorded Anthropic stream', () => {
  const entries = (corpus ?? []).filter(
    ({ shape, response }) => shape === 'anthropic-messages' && response.endsWith('.sse'),
  );
  const name = (entry: CorpusEntry) => entry.path.replace('anthropic-messages/', '');
  const values = (bytes: Uint8Array) =>
    eventsOf(`${Buffer.from(bytes).toString('utf8')}\n\n`).flatMap(({ data }) => {
      const value = jsonOf(data);
      return value === undefined ? [] : [value];
    });
  const startOf = (bytes: Uint8Array) =>
    values(bytes).find(({ type }) => type === 'message_start')?.message as Record<string, unknown> | undefined;

  test('passes byte for byte when the model needs no other name, but for those listed', () => {
    expect(entries.length).toBeGreaterThan(80);
    for (const known of Object.keys(NOT_IDENTICAL)) expect(entries.map(name)).toContain(known);
    for (const entry of entries) {
      const bytes = recordedResponse(entry);
      const publicModel = (startOf(bytes)?.model as string | undefined) ?? 'none';
      const out = run(open({ publicModel }), [bytes]);
      const same = out.text === Buffer.from(bytes).toString('utf8');
      expect([name(entry), same]).toEqual([name(entry), NOT_IDENTICAL[name(entry)] === undefined]);
      const failed = NOT_IDENTICAL[name(entry)]?.startsWith('an error') ?? false;
      expect([name(entry), out.state]).toEqual([name(entry), failed ? 'failed' : 'complete']);
      if (failed) expectError(out);
    }
  });

  test('bears the public model, and is otherwise the same value', () => {
    for (const entry of entries) {
      const bytes = recordedResponse(entry);
      const told = values(Buffer.from(run(open(), [bytes]).text)).filter(({ type }) => type !== 'error');
      const expected = values(bytes)
        .filter(({ type }) => type !== 'error')
        .map((event) =>
          event.type === 'message_start'
            ? { ...event, message: { ...(event.message as object), model: 'public-model' } }
            : event,
        );
      expect([name(entry), told]).toEqual([name(entry), expected]);
    }
  });

  test('F5, F6: its usage is what the recording says, by another computation', () => {
    let counted = 0;
    for (const entry of entries) {
      const bytes = recordedResponse(entry);
      const { usage, usageEstimated } = run(open(), [bytes]);
      const sent = values(bytes)
        .flatMap((event) =>
          event.type === 'message_start' ? [(event.message as { usage?: object }).usage] : [event.usage],
        )
        .filter((part): part is Record<string, unknown> => typeof part === 'object' && part !== null);
      // One that was whole within its start told zeros.
      if (sent.length === 0 || entry.id.includes('programmatic-tool-calling-1')) {
        expect([name(entry), usageEstimated]).toEqual([name(entry), true]);
        continue;
      }
      counted++;
      // Several passes of the model in one answer (compaction) are listed one by one.
      const passes = (sent.at(-1)?.iterations as Record<string, number | string>[] | undefined)?.filter(
        ({ type }) => type === 'message' || type === 'compaction',
      );
      const last = (field: string): number => {
        if (passes !== undefined && passes.length > 0)
          return passes.reduce((sum, pass) => sum + Number(pass[field] ?? 0), 0);
        const counts = sent.map((part) => part[field]).filter((count): count is number => typeof count === 'number');
        return field === 'output_tokens' ? (counts.at(-1) ?? 0) : (counts.findLast((count) => count > 0) ?? 0);
      };
      expect([name(entry), usage]).toMatchObject([
        name(entry),
        {
          inputTokens: last('input_tokens'),
          outputTokens: last('output_tokens'),
          cacheReadTokens: last('cache_read_input_tokens'),
          cacheWriteTokens: last('cache_creation_input_tokens'),
        },
      ]);
    }
    expect(counted).toBeGreaterThan(80);
  });

  test('P3: gives the same bytes however it is cut', () => {
    for (const [i, entry] of entries.entries()) {
      const bytes = recordedResponse(entry);
      const whole = run(open(), [bytes]);
      for (const most of [bytes.length < 20_000 ? 1 : 900, 7000]) {
        const pieces = run(open(), readsOf(bytes, most, i));
        expect([name(entry), pieces.text === whole.text]).toEqual([name(entry), true]);
        expect([pieces.state, pieces.usage]).toEqual([whole.state, whole.usage]);
      }
    }
  });
});
