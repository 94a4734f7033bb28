/**
 * Recordings with changed bytes, and plain garbage, through both crossings, for as long as `TH_FUZZ_S` says (5 s in
 * all). A failure names its seed; `TH_FUZZ_SEED` begins there.
 */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { isUtf8 } from 'node:buffer';
import { ApiError } from '../../src/protocol/api-error.ts';
import { readOpenAiCompletion } from '../../src/protocol/transcode/anthropic-to-openai/response.ts';
import { AnthropicFromOpenAiStream } from '../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { readAnthropicMessage } from '../../src/protocol/transcode/openai-to-anthropic/response.ts';
import { OpenAiFromAnthropicStream } from '../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import type { StreamTranscoder } from '../../src/protocol/transcode/stream.ts';
import { anthropicPlan } from '../conformance/properties/anthropic-client.ts';
import { openAiPlan } from '../conformance/properties/openai-client.ts';
import { readable, readsOf, runStream } from '../conformance/properties/run-stream.ts';
import { loadCorpus, recordedResponse, type CorpusEntry } from '../support/corpus.ts';
import { checkAnthropicEvents } from '../support/grammar/anthropic-events.ts';
import { checkAnthropicMessage } from '../support/grammar/anthropic-message.ts';
import { checkOpenAiChunks } from '../support/grammar/openai-chunks.ts';
import { checkOpenAiCompletion } from '../support/grammar/openai-completion.ts';
import { seededRandom } from '../support/split-bytes.ts';
import { fuzz } from './fuzz.ts';

const SECONDS = Number(process.env.TH_FUZZ_S ?? 5);
setDefaultTimeout(SECONDS * 10_000 + 60_000);

const encoder = new TextEncoder();
const SPECIAL = encoder.encode('{}[]",:\\\n\r 0-eu/');
/** Members and values that mean something, put where they do not belong. */
const WORDS = [
  'data: [DONE]\n\n',
  'event: error\n',
  'data: {"error":{"message":"no","code":502}}\n\n',
  '"index":7,',
  '"index":null,',
  '"id":"",',
  '"type":"tool_use",',
  '"finish_reason":"stop",',
  '"usage":{"prompt_tokens":-1},',
  '"content":[{"type":"text"}],',
  '"tool_calls":[null,{}],',
  '"arguments":{"a":1},',
  'null',
  '\ufeff',
  '\n\n',
].map((word) => encoder.encode(word));

function mutate(bytes: Uint8Array, random: () => number): Uint8Array<ArrayBuffer> {
  const out = [...bytes];
  const anywhere = () => Math.floor(random() * (out.length + 1));
  for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
    const byte = random() < 0.6 ? SPECIAL[Math.floor(random() * SPECIAL.length)]! : Math.floor(random() * 256);
    const at = anywhere();
    const kind = random();
    if (kind < 0.25) out[Math.max(0, Math.min(at, out.length - 1))] = byte;
    else if (kind < 0.4) out.splice(at, 0, byte);
    else if (kind < 0.55) out.splice(at, 1 + Math.floor(random() * 8));
    else if (kind < 0.75) out.splice(at, 0, ...WORDS[Math.floor(random() * WORDS.length)]!);
    else if (kind < 0.9) out.splice(at, 0, ...out.slice(anywhere(), anywhere()).slice(0, 400));
    else out.length = at;
  }
  return Uint8Array.from(out);
}

interface Crossing {
  readonly name: string;
  readonly shape: CorpusEntry['shape'];
  readonly open: (random: () => number) => StreamTranscoder;
  readonly checkStream: (bytes: Uint8Array) => void;
  readonly read: (body: Uint8Array<ArrayBuffer>) => Uint8Array;
  readonly checkJson: (bytes: Uint8Array) => void;
}

const CROSSINGS: readonly Crossing[] = [
  {
    name: 'an Anthropic upstream',
    shape: 'anthropic-messages',
    open: () => new OpenAiFromAnthropicStream(openAiPlan()),
    checkStream: (bytes) => checkOpenAiChunks(bytes, { includeUsage: true }),
    read: (body) => readAnthropicMessage(body, openAiPlan()).bytes,
    checkJson: checkOpenAiCompletion,
  },
  {
    name: 'an OpenAI upstream',
    shape: 'openai-chat',
    open: (random) =>
      new AnthropicFromOpenAiStream(
        anthropicPlan({ showThinking: random() < 0.5, liveTools: random() < 0.5 ? 'all' : new Set() }),
      ),
    checkStream: checkAnthropicEvents,
    read: (body) => readOpenAiCompletion(body, anthropicPlan()).bytes,
    checkJson: checkAnthropicMessage,
  },
];

const corpus = loadCorpus();
const answers = (corpus ?? []).filter(({ bytes }) => bytes < 60_000);

describe.skipIf(corpus === undefined).each(CROSSINGS.map((one) => [one.name, one] as const))('%s', (_, crossing) => {
  const of = (extension: string) => answers.filter(({ response }) => response.endsWith(extension));

  test('fault 79: a stream with changed bytes gives a stream of the client’s shape, however it is cut', () => {
    // Some of the other shape: an upstream may be configured wrong.
    const own = of('.sse').filter(({ shape }) => shape === crossing.shape);
    const other = of('.sse').filter(({ shape }) => shape !== crossing.shape);
    fuzz(SECONDS * 200, [...own, ...other.slice(0, own.length / 10)], (entry, random) => {
      const bytes = random() < 0.05 ? garbage(random) : mutate(recordedResponse(entry), random);
      const seed = Math.floor(random() * 1e9);
      const whole = runStream(crossing.open(seededRandom(seed)), [bytes]);
      expect(whole.state).not.toBe('open');
      crossing.checkStream(readable(whole.bytes, bytes));
      const reads = readsOf(bytes, 1 + Math.floor(random() * 200), seed);
      const pieces = runStream(crossing.open(seededRandom(seed)), reads);
      expect(pieces.state).toBe(whole.state);
      expect(pieces.usage).toEqual(whole.usage as never);
      if (!Buffer.from(pieces.bytes).equals(Buffer.from(whole.bytes)))
        throw new Error('the output depends on the reads');
      for (const count of Object.values(whole.usage ?? {}))
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
    });
  });

  test('a JSON answer with changed bytes gives one of the client’s shape, or an ApiError', () => {
    fuzz(SECONDS * 200, of('.json'), (entry, random) => {
      const bytes = random() < 0.05 ? garbage(random) : mutate(recordedResponse(entry), random);
      let out: Uint8Array;
      try {
        out = crossing.read(bytes);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        expect(error.message.length).toBeGreaterThan(0);
        return;
      }
      crossing.checkJson(isUtf8(bytes) ? out : Buffer.from(Buffer.from(out).toString('utf8')));
    });
  });

  test.each([
    ['a frame', 'data: {"choices":[{"delta":{"content":"', 'x'],
    ['a line of nothing known', 'x', 'x'],
    ['a comment', ':', ' '],
    ['blank space', '', ' '],
    ['data lines', 'data: [', '\ndata: 1,'],
  ])('fault 79: %s without end fails the stream before it fills the memory', (_name, head, unit) => {
    const megabyte = encoder.encode(unit.repeat(Math.ceil(2 ** 20 / unit.length)));
    const transcoder = crossing.open(() => 0);
    const reads = function* () {
      yield encoder.encode(head);
      for (let i = 0; i < 48; i++) {
        yield megabyte;
        most = Math.max(most, held() - before);
      }
    };
    Bun.gc(true);
    const before = held();
    let most = 0;
    const { state, bytes } = runStream(transcoder, reads());
    Bun.gc(true);
    expect((held() - before) / 2 ** 20).toBeLessThan(40);
    // 16 MiB are kept at most, but for copies that no one has collected yet.
    expect(most / 2 ** 20).toBeLessThan(200);
    expect(state).toBe('failed');
    crossing.checkStream(bytes);
  });
});

/** Bytes that are held outside of the heap and in it. */
function held(): number {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

function garbage(random: () => number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: Math.floor(random() * 2000) }, () => Math.floor(random() * 256));
}
