/** Every recorded answer is billed for what its vendor said it used, to a client of either shape, wherever it ends. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { costNano, type Price } from '../../../src/accounts/pricing.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { readOpenAiCompletion } from '../../../src/protocol/transcode/anthropic-to-openai/response.ts';
import { AnthropicFromOpenAiStream } from '../../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { readAnthropicMessage } from '../../../src/protocol/transcode/openai-to-anthropic/response.ts';
import { OpenAiFromAnthropicStream } from '../../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import { relayJson } from '../../../src/protocol/transcode/same-shape/response.ts';
import { openSameShapeStream } from '../../../src/protocol/transcode/same-shape/stream.ts';
import type { StreamTranscoder } from '../../../src/protocol/transcode/stream.ts';
import type { Used } from '../../../src/protocol/transcode/used.ts';
import { type CorpusEntry, loadCorpus, recordedResponse } from '../../support/corpus.ts';
import { anthropicPlan } from '../properties/anthropic-client.ts';
import { openAiPlan } from '../properties/openai-client.ts';
import { readPlain } from './expectation.ts';

setDefaultTimeout(60_000);

const INPUT_ESTIMATE = 42;
const OPTIONS = {
  publicModel: 'public/model',
  requestId: 'req_th_test',
  hideUsage: false,
  eofWithoutDone: 'error',
  estimateInput: () => INPUT_ESTIMATE,
  redact: (text: string) => text,
} as const;

/** Dollars per million tokens, each of its own, so that no kind can pass for another. */
const DOLLARS = { input: 3, output: 15.1, cacheRead: 0.31, cacheWrite: 3.77 };
const nano = (dollars: number) => BigInt(Math.round(dollars * 1e9));
const PRICE: Price = {
  input: nano(DOLLARS.input),
  output: nano(DOLLARS.output),
  cacheRead: nano(DOLLARS.cacheRead),
  cacheWrite: nano(DOLLARS.cacheWrite),
};

const corpus = loadCorpus();
const answers = (corpus ?? []).filter(({ status }) => status >= 200 && status < 300);
const isStream = ({ response }: CorpusEntry) => response.endsWith('.sse');

const shapeOf = ({ shape }: CorpusEntry) => (shape === 'openai-chat' ? 'openai' : 'anthropic');

const CLIENTS = ['the same shape', 'the other shape'] as const;
type Client = (typeof CLIENTS)[number];

function openStream(entry: CorpusEntry, client: Client): StreamTranscoder {
  if (client === 'the same shape') return openSameShapeStream(shapeOf(entry), OPTIONS);
  return shapeOf(entry) === 'openai'
    ? new AnthropicFromOpenAiStream(anthropicPlan())
    : new OpenAiFromAnthropicStream(openAiPlan());
}

/** Undefined where the recording holds no answer. */
function used(entry: CorpusEntry, client: Client): Used | undefined {
  const recorded = Uint8Array.from(recordedResponse(entry));
  if (isStream(entry)) {
    const stream = openStream(entry, client);
    stream.push(recorded);
    stream.end();
    return stream.state === 'complete' ? stream : undefined;
  }
  try {
    if (client === 'the same shape') return relayJson(shapeOf(entry), recorded, OPTIONS);
    return shapeOf(entry) === 'openai'
      ? readOpenAiCompletion(recorded, anthropicPlan())
      : readAnthropicMessage(recorded, openAiPlan());
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

describe.skipIf(corpus === undefined).each(CLIENTS)('a recorded answer to a client of %s', (client) => {
  test('F1, F2, F5, F6, F9, F10: costs what its vendor’s own counts come to, whole or streamed', () => {
    const seen = { told: 0, cached: 0, written: 0, reasoned: 0 };
    for (const entry of answers) {
      const plain = readPlain(entry, Buffer.from(recordedResponse(entry)).toString());
      const answer = used(entry, client);
      if (answer === undefined || plain.failed || plain.usage === undefined) continue;
      const { input, cacheRead, cacheWrite, output, reasoning } = plain.usage;
      // What is told as nothing, of an answer with something in it, is estimated.
      if (input + cacheRead + cacheWrite === 0 || output === 0) continue;
      seen.told++;
      if (cacheRead > 0) seen.cached++;
      if (cacheWrite > 0) seen.written++;
      if (reasoning > 0) seen.reasoned++;
      expect([entry.path, answer.usageEstimated, answer.usage]).toMatchObject([
        entry.path,
        false,
        {
          inputTokens: input,
          cacheReadTokens: cacheRead,
          cacheWriteTokens: cacheWrite,
          outputTokens: output,
          reasoningTokens: reasoning,
        },
      ]);
      const microDollars =
        input * DOLLARS.input +
        cacheRead * DOLLARS.cacheRead +
        cacheWrite * DOLLARS.cacheWrite +
        output * DOLLARS.output;
      const cost = costNano(answer.usage, PRICE);
      expect([entry.path, Math.abs(Number(cost) - microDollars * 1000) < 1]).toEqual([entry.path, true]);
    }
    expect(seen.told).toBeGreaterThan(550);
    expect(Math.min(seen.cached, seen.reasoned)).toBeGreaterThan(40);
    expect(seen.written).toBeGreaterThan(10);
  });

  test('F3: none with something in it is free, and the estimate says that it is one', () => {
    let estimated = 0;
    for (const entry of answers) {
      const plain = readPlain(entry, Buffer.from(recordedResponse(entry)).toString());
      const answer = used(entry, client);
      if (answer === undefined || plain.failed) continue;
      const said = plain.text + plain.reasoning + plain.refusal + plain.calls.map(({ name }) => name).join('');
      if (said !== '') expect([entry.path, answer.hasOutput]).toEqual([entry.path, true]);
      if (!answer.hasOutput) continue;
      expect([entry.path, answer.usage.inputTokens + answer.usage.cacheReadTokens > 0]).toEqual([entry.path, true]);
      expect([entry.path, answer.usage.outputTokens > 0]).toEqual([entry.path, true]);
      if (answer.usageEstimated) estimated++;
    }
    expect(estimated).toBeGreaterThan(20);
  });

  test('G4, G6: given up at any frame, it costs its input and what had come of it by then', () => {
    let frames = 0;
    for (const entry of answers.filter(isStream)) {
      const stream = openStream(entry, client);
      let before = 0;
      let isTold = false;
      for (const frame of framesOf(Buffer.from(recordedResponse(entry)).toString('latin1'))) {
        stream.push(Buffer.from(frame, 'latin1'));
        if (stream.state !== 'open') break;
        frames++;
        const { usage, usageEstimated, hasOutput } = stream;
        // From where the vendor counts, its own counts stand in for the estimates, which are higher.
        isTold ||= /"(?:completion|output)_tokens" ?: ?[1-9]/.test(frame) && !frame.includes('message_start');
        if (!isTold) expect([entry.path, usage.outputTokens >= before]).toEqual([entry.path, true]);
        before = usage.outputTokens;
        if (hasOutput) expect([entry.path, usage.outputTokens > 0]).toEqual([entry.path, true]);
        if (stream.hasContent && usageEstimated) {
          const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
          expect([entry.path, input > 0]).toEqual([entry.path, true]);
        }
        for (const count of Object.values(usage)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
      }
    }
    expect(frames).toBeGreaterThan(10_000);
  });
});

describe.skipIf(corpus === undefined)('what had come of a recorded stream when it was given up', () => {
  test('is the same in both directions but for a few words the shapes do not share', () => {
    // Of several choices a client of the other shape has the first alone.
    const single = answers.filter((entry) => isStream(entry) && !entry.path.includes('multiple-choices'));
    for (const entry of single) {
      const [same, other] = CLIENTS.map((client) => {
        const stream = openStream(entry, client);
        const frames = framesOf(Buffer.from(recordedResponse(entry)).toString('latin1'));
        // Up to where the vendor tells what it used.
        for (const frame of frames) {
          if (/finish_reason" ?: ?"|message_delta|"usage" ?: ?\{"(?:prompt|completion|queue)/.test(frame)) break;
          stream.push(Buffer.from(frame, 'latin1'));
        }
        return stream.usage.outputTokens;
      }) as [number, number];
      const apart = Math.abs(same - other);
      expect([entry.path, apart <= Math.max(20, same * 0.1)]).toEqual([entry.path, true]);
    }
  });
});

function framesOf(text: string): string[] {
  return text.match(/[^]*?(?:\r\n\r\n|\n\n|\r\r)/g) ?? [];
}
