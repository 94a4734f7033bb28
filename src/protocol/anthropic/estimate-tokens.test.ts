import { describe, expect, test } from 'bun:test';
import { loadCorpus, recordedRequest, recordedResponse } from '../../../test/support/corpus.ts';
import { readRequest } from '../request.ts';
import { openSameShapeStream } from '../transcode/same-shape/stream.ts';
import { relayJson } from '../transcode/same-shape/json.ts';
import { OPTIONS, run } from '../transcode/same-shape/stream-runs.fixture.ts';
import { estimateTokens } from './estimate-tokens.ts';

const encoder = new TextEncoder();
const estimate = (body: object) =>
  estimateTokens(readRequest(encoder.encode(JSON.stringify({ model: 'm', messages: [], ...body }))));

/** The part of an estimate that the given member adds. */
const added = (body: object) => estimate(body) - estimate({});

describe('estimateTokens', () => {
  test('I2: system, tools and messages all count; what the model does not read does not', () => {
    const text = 'word '.repeat(600);
    for (const body of [
      { system: text },
      { messages: [{ role: 'user', content: text }] },
      { tools: [{ name: text }] },
    ]) {
      expect(added(body)).toBeGreaterThan(750);
    }
    expect(added({ metadata: { user_id: text }, th_x: text, stop: [text] })).toBe(0);
  });

  test('I1: plain text counts at least a token for each 4 bytes, whatever its script', () => {
    for (const text of ['The quick brown fox jumps. '.repeat(200), '你好世界'.repeat(500), 'Привет мир '.repeat(300)]) {
      expect(added({ system: text })).toBeGreaterThan(Buffer.byteLength(text) / 4);
    }
    expect(added({ system: '你好世界'.repeat(500) })).toBeGreaterThanOrEqual(2000);
  });

  test('an image’s base64 counts as an image, not as text', () => {
    const image = (bytes: number) => ({
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', data: 'iVBORw0KGgo'.repeat(bytes / 11) } }],
        },
      ],
    });
    expect(added(image(5_000_000))).toBeLessThan(2000);
    expect(added(image(5_000_000))).toBeGreaterThanOrEqual(1600);
    const two = { messages: [image(50_000).messages[0], image(50_000).messages[0]] };
    expect(added(two)).toBeGreaterThanOrEqual(3200);
  });

  test('more never counts less', () => {
    let before = 0;
    for (let n = 0; n < 40; n++) {
      const now = estimate({
        messages: Array.from({ length: n }, (_, i) => ({ role: i % 2 ? 'assistant' : 'user', content: 'x'.repeat(i) })),
        tools: Array.from({ length: n }, (_, i) => ({ name: `tool_${i}` })),
      });
      expect(now).toBeGreaterThan(before);
      before = now;
    }
  });

  test('hostile bodies cost their length', () => {
    const bytes = encoder.encode(
      `{"model":"m","messages":[${'{},'.repeat(1_000_000)}{}],"system":"${'a!'.repeat(1_000_000)}"}`,
    );
    const start = performance.now();
    expect(estimateTokens(readRequest(bytes))).toBeGreaterThan(1_000_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('I1: errs upward on recorded requests whose true count is known', () => {
    const ratios: Record<string, number[]> = { openai: [], anthropic: [] };
    for (const entry of corpus ?? []) {
      const request = recordedRequest(entry) as Record<string, unknown> | undefined;
      if (entry.status >= 400 || typeof request?.model !== 'string' || !Array.isArray(request.messages)) continue;
      if (addsByItself(request)) continue;
      const shape = entry.shape === 'openai-chat' ? 'openai' : 'anthropic';
      const bytes = Uint8Array.from(recordedResponse(entry));
      const stream = entry.response.endsWith('.sse');
      // A few recorded 200s carry an error and no usage.
      const broken =
        !stream && !JSON.parse(Buffer.from(bytes).toString('utf8'))[shape === 'openai' ? 'choices' : 'content'];
      const usage = broken
        ? undefined
        : stream
          ? run(openSameShapeStream(shape, OPTIONS), [bytes]).usage
          : relayJson(shape, bytes, OPTIONS).usage;
      const real = usage === undefined ? 0 : usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
      if (real > 0) ratios[shape]!.push(estimate(request) / real);
    }
    for (const [shape, least, share] of [
      ['openai', 350, 0.94],
      ['anthropic', 80, 0.95],
    ] as const) {
      const sorted = ratios[shape]!.toSorted((a, b) => a - b);
      const at = (p: number) => sorted[Math.floor(p * (sorted.length - 1))]!.toFixed(2);
      const upward = sorted.filter((ratio) => ratio >= 1).length / sorted.length;
      if (process.env.TH_PRINT !== undefined) {
        console.log(
          `${shape}: ${sorted.length} requests, estimate / true: min ${at(0)}, 5 % ${at(0.05)}, median ${at(0.5)}, 95 % ${at(0.95)}, max ${at(1)}; ${(upward * 100).toFixed(1)} % at or above`,
        );
      }
      expect(sorted.length).toBeGreaterThan(least);
      expect([shape, upward]).toEqual([shape, Math.max(upward, share)]);
    }
  });
});

/** Requests to which a server adds what the client did not send: searches, fetched pages, media behind an URL or an id. */
function addsByItself(request: Record<string, unknown>): boolean {
  const tools = (request.tools ?? []) as { type?: string }[];
  if (tools.some(({ type }) => type !== undefined && type !== 'function' && type !== 'custom')) return true;
  if (
    /"(?:image|document|file|input_audio|image_url|video_url|audio_url|web_search_tool_result)"/.test(
      JSON.stringify(request.messages),
    )
  ) {
    return true;
  }
  const more = ['mcp_servers', 'container', 'context_management', 'plugins', 'web_search_options', 'venice_parameters'];
  return (
    more.some((name) => request[name] !== undefined) || /search|:online|compound|sonar/.test(String(request.model))
  );
}
