import { describe, expect, test } from 'bun:test';
import { loadCorpus } from '../../../test/support/corpus.ts';
import { readRequest } from '../request.ts';
import { estimateTokens } from './estimate-tokens.fixture.ts';
import { describeRatios, recordedUsages } from './recorded-usage.fixture.ts';

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

  const user = (...content: unknown[]) => ({ messages: [{ role: 'user', content }] });
  const result = (...content: unknown[]) => user({ type: 'tool_result', tool_use_id: 't', content });
  const PNG = `iVBORw0KGgo${'A'.repeat(5_000_000)}`;
  const PDF = `JVBERi0xLjMK${'A'.repeat(40_000)}`;
  const SOUND = 'A'.repeat(400_000);

  test.each([
    ['image, base64', user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }), 1],
    ['image, base64, other order', user({ source: { data: PNG, type: 'base64' }, type: 'image' }), 1],
    ['image, base64 with escaped slashes', user({ type: 'image', source: { data: '/9j/4AAQ/'.repeat(9999) } }), 1],
    ['image, URL', user({ type: 'image', source: { type: 'url', url: 'https://x/y.png' } }), 1],
    ['image, file', user({ type: 'image', source: { type: 'file', file_id: 'file_1' } }), 1],
    ['image_url, data', user({ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }), 1],
    ['image_url, URL', user({ type: 'image_url', image_url: { url: 'https://x/y.png' } }), 1],
    ['images in a tool result', result({ type: 'image', source: { data: PNG } }, { type: 'image', source: {} }), 2],
    ['an image that its block does not name', user({ image_url: `data:image/webp;base64,${PNG}` }), 1],
  ] as const)('I2: an image counts as an image, and not as text: %s', (_, body, images) => {
    const text = JSON.stringify(body).replaceAll('/', '\\/');
    const tokens = estimateTokens(readRequest(encoder.encode(`{"model":"m",${text.slice(1)}`)));
    expect(tokens).toBeGreaterThanOrEqual(images * 1600);
    expect(tokens).toBeLessThan(images * 2000 + 300);
  });

  test('I2: documents and sound count by their size, and not as text', () => {
    const document = user({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF } });
    const file = user({ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` } });
    for (const body of [document, file]) {
      expect(added(body)).toBeGreaterThan(4000);
      expect(added(body)).toBeLessThan(7000);
    }
    const remote = user({ type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } });
    expect(added(remote)).toBeGreaterThan(1600);
    const words = user({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'word '.repeat(6000) },
    });
    expect(added(words)).toBeGreaterThan(7500);
    const sound = user({ type: 'input_audio', input_audio: { data: SOUND, format: 'pcm16' } });
    expect(added(sound)).toBeGreaterThan(1000);
    expect(added(sound)).toBeLessThan(4000);
  });

  test('I2: thinking and tool calls count as the text they are, encrypted reasoning as less', () => {
    const text = 'word '.repeat(600);
    const assistant = (...content: unknown[]) => ({ messages: [{ role: 'assistant', content }] });
    for (const body of [
      assistant({ type: 'thinking', thinking: text, signature: 's' }),
      assistant({ type: 'tool_use', id: 't', name: 'f', input: { text } }),
      { messages: [{ role: 'assistant', reasoning_content: text }] },
      { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: text } }] }] },
      { functions: [{ name: 'f', description: text }] },
    ]) {
      expect(added(body)).toBeGreaterThan(750);
    }
    const sealed = 'EqQB'.repeat(750);
    for (const body of [
      assistant({ type: 'thinking', thinking: '', signature: sealed }),
      assistant({ type: 'redacted_thinking', data: sealed }),
      { messages: [{ role: 'assistant', reasoning_details: [{ type: 'reasoning.encrypted', data: sealed }] }] },
    ]) {
      expect(added(body)).toBeGreaterThan(500);
      expect(added(body)).toBeLessThan(900);
    }
  });

  test('base64 that is read as text counts more than words do', () => {
    const words = added({ system: 'word '.repeat(2000) });
    expect(added({ system: 'q83vASNF'.repeat(1250) })).toBeGreaterThan(2 * words);
    expect(added(user({ type: 'text', text: `data:image/png;base64,${'q83vASNF'.repeat(1250)}` }))).toBeGreaterThan(
      2 * words,
    );
  });

  test('where a string ends is not mistaken, whatever is escaped in it', () => {
    for (let backslashes = 0; backslashes < 4; backslashes++) {
      for (let length = 0; length < 40; length++) {
        const text = `${'x'.repeat(length)}${'\\'.repeat(backslashes)}","type":"image"`;
        expect(added({ system: [{ type: 'text', text }] })).toBeLessThan(100);
        expect(added({ system: [{ type: 'text', text }, { type: 'image' }] })).toBeGreaterThan(1600);
      }
    }
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
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  const corpus = loadCorpus();
  test.skipIf(corpus === undefined)('I1: errs upward on recorded requests whose true count is known', () => {
    const usages = recordedUsages(corpus ?? []);
    for (const [shape, least, share, median] of [
      ['openai', 450, 0.94, 5],
      ['anthropic', 100, 0.97, 2],
    ] as const) {
      const ratios = usages
        .filter((usage) => usage.shape === shape)
        .map(({ facts, inputTokens }) => estimateTokens(facts) / inputTokens);
      const told = describeRatios(ratios);
      if (process.env.TH_PRINT !== undefined) console.log(`${shape}: ${told.text}`);
      expect(ratios.length).toBeGreaterThan(least);
      expect([shape, told.upward]).toEqual([shape, Math.max(told.upward, share)]);
      // Most recorded requests are a sentence, and most of their tokens what a vendor puts around it.
      expect([shape, told.median]).toEqual([shape, Math.min(told.median, median)]);
    }
  });
});
