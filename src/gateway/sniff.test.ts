import { describe, expect, test } from 'bun:test';
import { sniffForm } from './sniff.ts';

const STREAM = 'text/event-stream; charset=utf-8';
const JSON_TYPE = 'application/json';

/** The form of an answer in these chunks, and the body that its reader gives. */
async function sniff(type: string | undefined, ...chunks: string[]) {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  let reads = 0;
  const headers = type === undefined ? {} : { 'content-type': type };
  const { form, reader } = await sniffForm(new Response(body, { headers }), () => reads++);
  let text = '';
  const decoder = new TextDecoder();
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += decoder.decode(part.value);
  expect(text).toBe(chunks.join(''));
  return { form, reads };
}

describe('which form an answer has', () => {
  test.each([
    [JSON_TYPE, 'data: {}\n\n', 'stream'],
    [JSON_TYPE, 'event: message_start\ndata: {}\n\n', 'stream'],
    [JSON_TYPE, ': comment\n\n', 'stream'],
    [JSON_TYPE, ' \n{"id":1}', 'json'],
    [STREAM, '{"id":1}', 'json'],
    [STREAM, '\ndata: {}\n\n', 'stream'],
    [undefined, '{"id":1}', 'json'],
    [undefined, 'data: {}\n\n', 'stream'],
  ] as const)('declared as %p, the body %p is what it starts like', async (type, body, form) => {
    expect((await sniff(type, body)).form).toBe(form);
  });

  test.each([
    [JSON_TYPE, '[1]', 'json'],
    [JSON_TYPE, '<html>', 'json'],
    [JSON_TYPE, ' ', 'json'],
    [STREAM, '<html>', 'stream'],
    [undefined, '<html>', 'stream'],
  ] as const)('declared as %p, the body %p is what was declared', async (type, body, form) => {
    expect((await sniff(type, body)).form).toBe(form);
  });

  test('white space in many reads is waited out, each with a time of its own', async () => {
    expect(await sniff(undefined, ' ', '\n', ' ', '{}')).toEqual({ form: 'json', reads: 4 });
  });
});
