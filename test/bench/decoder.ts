import { createParser } from 'eventsource-parser';
import { OpenAiSameShapeStream } from '../../src/protocol/transcode/same-shape/openai-stream.ts';

const FRAMES = 200;
const ROUNDS = 7;
const REPEATS = 300;

/** The relay of a same-shape stream alone, beside what a gateway commonly does: parse the events, parse and write the JSON. */
export function benchDecoder(): string {
  const chunk = new TextEncoder().encode(
    Array.from({ length: FRAMES }, (_, i) => `data: ${JSON.stringify(delta(`word${i} `))}\n\n`).join(''),
  );
  const ours = fastest(() => relay(chunk));
  const common = fastest(() => parseAndWrite(chunk));
  const perSecond = (ms: number) => ((FRAMES * REPEATS) / ms / 1000).toFixed(2);
  return `| relay alone, in process | deltas/s | **${(common / ours).toFixed(1)} ×** eventsource-parser + parse + stringify (${perSecond(ours)} M/s to ${perSecond(common)} M/s) | | ≥ 5 ×, ≥ 1 M/s |`;
}

function delta(content: string): unknown {
  return {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1700000000,
    model: 'private-model',
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
    usage: null,
  };
}

function relay(chunk: Uint8Array): number {
  const stream = new OpenAiSameShapeStream({
    publicModel: 'public/model',
    requestId: 'req',
    hideUsage: true,
    eofWithoutDone: 'error',
    redact: (text) => text,
  });
  let bytes = 0;
  for (let i = 0; i < REPEATS; i++) bytes += stream.push(chunk).length;
  return bytes;
}

function parseAndWrite(chunk: Uint8Array): number {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let bytes = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      const event = JSON.parse(data) as Record<string, unknown>;
      event.model = 'public/model';
      delete event.usage;
      bytes += encoder.encode(`data: ${JSON.stringify(event)}\n\n`).length;
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
