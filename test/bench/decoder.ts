import { createParser } from 'eventsource-parser';
import { AnthropicFromOpenAiStream } from '../../src/protocol/transcode/anthropic-to-openai/stream.ts';
import { OPENAI_CAPABILITIES } from '../../src/protocol/transcode/capabilities.ts';
import { testPorts } from '../../src/protocol/transcode/crossing.fixture.ts';
import { OpenAiFromAnthropicStream } from '../../src/protocol/transcode/openai-to-anthropic/stream.ts';
import { AnthropicSameShapeStream } from '../../src/protocol/transcode/same-shape/anthropic-stream.ts';
import { OpenAiSameShapeStream } from '../../src/protocol/transcode/same-shape/openai-stream.ts';
import type { StreamTranscoder } from '../../src/protocol/transcode/stream.ts';
import { ToolNames } from '../../src/protocol/transcode/tool-names.ts';
import { Warnings } from '../../src/protocol/transcode/warnings.ts';

const FRAMES = 200;
const ROUNDS = 7;
const REPEATS = 300;
const encoder = new TextEncoder();

interface Course {
  readonly name: string;
  /** What comes before the deltas. */
  readonly head: string;
  readonly delta: (text: string) => string;
  readonly open: () => StreamTranscoder;
  /** The client's event for one of the upstream's, as a gateway that parses and writes every event makes it. */
  readonly rewrite: (event: string) => string;
}

const plan = {
  publicModel: 'public/model',
  upstreamModel: 'private-model',
  requestId: 'req_th_bench',
  names: new ToolNames(64, testPorts()),
  estimateInput: () => 12,
  redact: (text: string) => text,
  warnings: new Warnings(),
};

const COURSES: readonly Course[] = [
  {
    name: 'the same shape, OpenAI',
    head: '',
    delta: openAiDelta,
    open: () => new OpenAiSameShapeStream({ ...plan, hideUsage: true, eofWithoutDone: 'error' }),
    rewrite: (text) => {
      const event = JSON.parse(text) as Record<string, unknown>;
      event.model = 'public/model';
      delete event.usage;
      return `data: ${JSON.stringify(event)}\n\n`;
    },
  },
  {
    name: 'the same shape, Anthropic',
    head: anthropicHead(),
    delta: anthropicDelta,
    open: () => new AnthropicSameShapeStream({ ...plan, hideUsage: false, eofWithoutDone: 'error' }),
    rewrite: (text) => `event: content_block_delta\ndata: ${JSON.stringify(JSON.parse(text))}\n\n`,
  },
  {
    name: 'Anthropic events to OpenAI chunks',
    head: anthropicHead(),
    delta: anthropicDelta,
    open: () =>
      new OpenAiFromAnthropicStream({
        ...plan,
        createdS: 1_700_000_000,
        includeUsage: false,
        showReasoning: true,
        legacyFunctions: false,
        customTools: new Set(),
        searches: false,
      }),
    rewrite: (text) => {
      const { delta } = JSON.parse(text) as { delta: { text: string } };
      return openAiDelta(delta.text);
    },
  },
  {
    name: 'OpenAI chunks to Anthropic events',
    head: openAiDelta('Once'),
    delta: openAiDelta,
    open: () =>
      new AnthropicFromOpenAiStream({
        ...plan,
        capabilities: OPENAI_CAPABILITIES,
        showThinking: false,
        liveTools: new Set(),
        ports: testPorts(),
      }),
    rewrite: (text) => {
      const { choices } = JSON.parse(text) as { choices: [{ delta: { content: string } }] };
      const delta = { type: 'text_delta', text: choices[0].delta.content };
      return anthropicEvent({ type: 'content_block_delta', index: 0, delta });
    },
  },
];

/** The transcoders of streams alone, beside what a gateway commonly does: parse the events, parse and write the JSON. */
export function benchDecoders(): string[] {
  return COURSES.map((course) => {
    const chunk = encoder.encode(Array.from({ length: FRAMES }, (_, i) => course.delta(`word${i} `)).join(''));
    const ours = fastest(() => transcode(course, chunk));
    const common = fastest(() => parseAndWrite(course, chunk));
    const perSecond = (ms: number) => ((FRAMES * REPEATS) / ms / 1000).toFixed(2);
    return `| in process, ${course.name} | deltas/s | **${(common / ours).toFixed(1)} ×** eventsource-parser + parse + stringify (${perSecond(ours)} M/s to ${perSecond(common)} M/s) | | ≥ 5 ×, ≥ 1 M/s |`;
  });
}

function openAiDelta(content: string): string {
  const chunk = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'private-model',
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
    usage: null,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function anthropicHead(): string {
  const usage = { input_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage };
  return (
    anthropicEvent({ type: 'message_start', message }) +
    anthropicEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
  );
}

function anthropicDelta(text: string): string {
  return anthropicEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
}

function anthropicEvent(event: { readonly type: string } & Record<string, unknown>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function transcode(course: Course, chunk: Uint8Array): number {
  const stream = course.open();
  stream.push(encoder.encode(course.head));
  let bytes = 0;
  for (let i = 0; i < REPEATS; i++) bytes += stream.push(chunk).length;
  if (stream.state !== 'open' || bytes === 0) throw new Error(`${course.name}: the bench does not measure a stream`);
  return bytes;
}

function parseAndWrite(course: Course, chunk: Uint8Array): number {
  const decoder = new TextDecoder();
  let bytes = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      bytes += encoder.encode(course.rewrite(data)).length;
    },
  });
  for (let i = 0; i < REPEATS; i++) parser.feed(decoder.decode(chunk, { stream: true }));
  return bytes;
}

/** Milliseconds of the best of several rounds, the first of which warm the engine up. */
function fastest(work: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  let expected = -1;
  for (let i = 0; i < ROUNDS; i++) {
    const from = performance.now();
    const bytes = work();
    best = Math.min(best, performance.now() - from);
    if (expected >= 0 && bytes !== expected) throw new Error('the bench did not do the same twice');
    expected = bytes;
  }
  return best;
}
