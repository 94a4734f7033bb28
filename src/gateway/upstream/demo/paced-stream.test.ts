import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamPaced } from './paced-stream.ts';

function countedPieces(n: number): { made: () => number; pieces: Generator<string> } {
  let made = 0;
  function* make(): Generator<string> {
    for (let i = 0; i < n; i++) {
      made++;
      yield `${i} `;
    }
  }
  return { made: () => made, pieces: make() };
}

const quiet = new AbortController().signal;

describe('pace', () => {
  test('pieces come one by one, the pace apart, and the stream ends with the last', async () => {
    const start = performance.now();
    const chunks: string[] = [];
    for await (const chunk of streamPaced(['a', 'b', 'c'], 20, quiet)) chunks.push(new TextDecoder().decode(chunk));
    const tookMs = performance.now() - start;
    expect(chunks).toEqual(['a', 'b', 'c']);
    expect(tookMs).toBeGreaterThan(35);
    expect(tookMs).toBeLessThan(10_000);
  });
  test('a pace of 0 makes one chunk', async () => {
    const chunks = await Array.fromAsync(streamPaced(['a', 'b', 'c'], 0, quiet));
    expect(chunks.map((chunk) => new TextDecoder().decode(chunk))).toEqual(['abc']);
  });
});

describe('back-pressure', () => {
  test('nothing is made for a reader that does not read', async () => {
    const { made, pieces } = countedPieces(100);
    const reader = streamPaced(pieces, 1, quiet).getReader();
    await reader.read();
    await reader.read();
    await sleep(30);
    expect(made()).toBe(3);
    await reader.cancel();
  });
});

describe('abort', () => {
  test('a waiting read fails at once with the reason', async () => {
    const controller = new AbortController();
    const reader = streamPaced(['a', 'b'], 60_000, controller.signal).getReader();
    await reader.read();
    const waiting = reader.read();
    const start = performance.now();
    setTimeout(() => controller.abort(), 5);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
  test('nothing more is made after it', async () => {
    const controller = new AbortController();
    const { made, pieces } = countedPieces(100);
    const reader = streamPaced(pieces, 2, controller.signal).getReader();
    await reader.read();
    const waiting = reader.read();
    controller.abort();
    await expect(waiting).rejects.toThrow();
    const before = made();
    await sleep(20);
    expect(made()).toBe(before);
  });
  test('a signal aborted before the stream was made fails the first read', async () => {
    await expect(streamPaced(['a'], 0, AbortSignal.abort()).getReader().read()).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
  test('aborting after the end changes nothing', async () => {
    const controller = new AbortController();
    const text = await new Response(streamPaced(['a', 'b'], 1, controller.signal)).text();
    controller.abort();
    expect(text).toBe('ab');
  });
  test('cancelling while the next piece is due leaves no timer that would keep the process alive', async () => {
    const script = `
      import { streamPaced } from ${JSON.stringify(new URL('./paced-stream.ts', import.meta.url).pathname)};
      const reader = streamPaced(['a', 'b'], 60_000, new AbortController().signal).getReader();
      await reader.read();
      reader.read();
      await reader.cancel();
    `;
    const child = spawnSync(process.execPath, ['-e', script], { timeout: 10_000 });
    expect(child.status).toBe(0);
  });
});
