/** Every recorded answer, to a client of its own shape: it has what it would have had from the vendor itself. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { relayJson } from '../../../src/protocol/transcode/same-shape/response.ts';
import type { SameShapeOptions } from '../../../src/protocol/transcode/same-shape/options.ts';
import { openSameShapeStream } from '../../../src/protocol/transcode/same-shape/stream.ts';
import type { AccumulatedAnswer } from '../../support/accumulate/answer.ts';
import {
  accumulateAnthropicJson,
  accumulateAnthropicStream,
  ANTHROPIC_SDKS,
} from '../../support/accumulate/anthropic-sdk.ts';
import { accumulateAiSdkJson, accumulateAiSdkStream, type AiSdkProvider } from '../../support/accumulate/ai-sdk.ts';
import { accumulateOpenAiJson, accumulateOpenAiStream } from '../../support/accumulate/openai-sdk.ts';
import { loadCorpus, recordedResponse, type CorpusEntry } from '../../support/corpus.ts';
import { seedOf, splitAtRandom } from '../../support/split-bytes.ts';
import { runStream } from '../properties/run-stream.ts';
import { SAME_SHAPE_EXCEPTIONS } from './exceptions.ts';
import { readPlain } from './expectation.ts';
import type { PlainAnswer } from './plain-answer.ts';

setDefaultTimeout(60_000);

const OPTIONS: SameShapeOptions = {
  publicModel: 'public/model',
  requestId: 'req_th_0000000000000000000000000000test',
  hideUsage: false,
  eofWithoutDone: 'error',
  estimateInput: () => 42,
  redact: (text) => text,
};

type Accumulate = (bytes: Uint8Array) => Promise<AccumulatedAnswer>;

/** The SDKs of the recording's own shape. */
function clientsOf({ shape, response }: CorpusEntry): (readonly [name: string, accumulate: Accumulate])[] {
  const isStream = response.endsWith('.sse');
  const aiSdk = (provider: AiSdkProvider) =>
    [
      `AI SDK ${provider}`,
      (bytes: Uint8Array) => (isStream ? accumulateAiSdkStream : accumulateAiSdkJson)(provider, bytes),
    ] as const;
  if (shape === 'openai-chat') {
    return [['OpenAI', isStream ? accumulateOpenAiStream : accumulateOpenAiJson], aiSdk('openai-compatible')];
  }
  return [
    ...ANTHROPIC_SDKS.map(
      (sdk) =>
        [
          `Anthropic ${sdk}`,
          (bytes: Uint8Array) => (isStream ? accumulateAnthropicStream : accumulateAnthropicJson)(bytes, sdk),
        ] as const,
    ),
    aiSdk('anthropic'),
  ];
}

/** What goes out, the same however the reads are cut; the ApiError that a JSON answer became. */
function relay(entry: CorpusEntry, recorded: Uint8Array): Uint8Array | ApiError {
  const shape = entry.shape === 'openai-chat' ? 'openai' : 'anthropic';
  if (!entry.response.endsWith('.sse')) {
    try {
      return relayJson(shape, Uint8Array.from(recorded), OPTIONS).bytes;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }
  const whole = runStream(openSameShapeStream(shape, OPTIONS), [recorded]).bytes;
  const split = runStream(openSameShapeStream(shape, OPTIONS), splitAtRandom(recorded, 60, seedOf(entry.path))).bytes;
  if (!Buffer.from(split).equals(Buffer.from(whole))) throw new Error('the output depends on the reads');
  return whole;
}

/** What counts. An id the vendor left out is made up by the SDK, another one each time. */
function essence({ text, reasoning, toolCalls, stop, usage }: AccumulatedAnswer, { calls }: PlainAnswer): object {
  return {
    text,
    reasoning,
    stop,
    usage,
    toolCalls: toolCalls.map((call, i) => (calls[i]?.id === '' ? { ...call, id: '' } : call)),
  };
}

const corpus = loadCorpus();
const answers = (corpus ?? []).filter(({ status }) => status >= 200 && status < 300);

describe.skipIf(corpus === undefined)('a client of the same shape misses nothing', () => {
  test.each(answers.map((entry) => [entry.path, entry] as const))('%s', async (path, entry) => {
    const recorded = recordedResponse(entry);
    const plain = readPlain(entry, Buffer.from(recorded).toString());
    const out = relay(entry, recorded);
    if (out instanceof ApiError) {
      expect([path, plain.failed]).toEqual([path, true]);
      return;
    }
    const found: { readonly client: string; readonly is: unknown; readonly should: unknown }[] = [];
    for (const [name, accumulate] of clientsOf(entry)) {
      const [direct, relayed] = [await accumulate(recorded), await accumulate(out)];
      if (direct.error === undefined) {
        const same = Bun.deepEquals(essence(relayed, plain), essence(direct, plain)) && relayed.error === undefined;
        if (!same) found.push({ client: name, is: relayed, should: direct });
      } else if (plain.failed !== (relayed.error !== undefined)) {
        // A stream that says it failed stays one; what only the SDK could not take may have been repaired.
        if (plain.failed) found.push({ client: name, is: 'an answer', should: 'an error' });
      } else if (relayed.error === undefined && relayed.text !== plain.text) {
        found.push({ client: name, is: relayed.text, should: plain.text });
      }
    }
    const exception = SAME_SHAPE_EXCEPTIONS[path];
    if (exception === undefined) expect(found).toEqual([]);
    else expect(found.map(({ client }) => client)).toEqual([...exception.clients]);
  });

  test('every listed exception is a recording', () => {
    const paths = new Set(answers.map(({ path }) => path));
    expect(Object.keys(SAME_SHAPE_EXCEPTIONS).filter((path) => !paths.has(path))).toEqual([]);
  });
});
