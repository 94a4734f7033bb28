import { describe, expect, test } from 'bun:test';
import { watchEnd } from './watch-end.ts';

function answerOf(parts: readonly string[], failure?: Error) {
  const left = [...parts];
  const cancelled: unknown[] = [];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = left.shift();
      if (part !== undefined) return controller.enqueue(new TextEncoder().encode(part));
      return failure === undefined ? controller.close() : controller.error(failure);
    },
    cancel: (reason) => void cancelled.push(reason),
  });
  let ends = 0;
  const response = watchEnd(new Response(body, { status: 201, headers: { 'x-a': 'b' } }), () => ends++);
  return { response, cancelled, ends: () => ends };
}

describe('the end of an answer', () => {
  test('is when its last byte was taken; the answer is what it was', async () => {
    const { response, ends } = answerOf(['one ', 'two']);
    expect([response.status, response.headers.get('x-a'), ends()]).toEqual([201, 'b', 0]);
    expect(await response.text()).toBe('one two');
    expect(ends()).toBe(1);
  });

  test('is when nobody wants it any more, which its maker is told', async () => {
    const { response, ends, cancelled } = answerOf(['one', 'two', 'three']);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel('gone');
    expect([ends(), cancelled]).toEqual([1, ['gone']]);
  });

  test('is when it breaks, and it breaks for whoever reads it', async () => {
    const { response, ends } = answerOf(['one'], new Error('broken'));
    await expect(response.text()).rejects.toThrow('broken');
    expect(ends()).toBe(1);
  });

  test('is at once where it has no body', () => {
    let ends = 0;
    expect(watchEnd(new Response(null, { status: 204 }), () => ends++).status).toBe(204);
    expect(ends).toBe(1);
  });
});
