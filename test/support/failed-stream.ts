import { expect } from 'bun:test';
import type { ClientShape } from './clients.ts';
import { readStream, type StreamedAnswer } from './sse-events.ts';

const isDone = ({ data }: { readonly data: string }) => data.trim() === '[DONE]';

/** Whether a complete event stream tells the client that all went well. */
export function endedWell(shape: ClientShape, { events }: StreamedAnswer): boolean {
  const last = events.at(-1);
  if (last === undefined) return false;
  return shape === 'openai' ? isDone(last) : last.event === 'message_stop';
}

/** The error event a stream ended with, or undefined. Fails if anything else but one error ends it. */
export function errorAtEnd(shape: ClientShape, { events }: StreamedAnswer): Record<string, unknown> | undefined {
  const last = events.at(-1);
  if (last === undefined || isDone(last)) return undefined;
  const data = JSON.parse(last.data) as Record<string, unknown>;
  if (shape === 'openai') return data.error as Record<string, unknown> | undefined;
  return last.event === 'error' ? (data.error as Record<string, unknown>) : undefined;
}

/**
 * Holds a response to what a client must see of a failed stream: either a plain HTTP error (nothing had been sent
 * yet), or a stream whose every event is whole and whose last is an error in the client's shape, never followed by
 * a mark of success. Returns the error.
 */
export async function expectFailure(shape: ClientShape, response: Response): Promise<Record<string, unknown>> {
  if (response.status !== 200) {
    expect(response.status).toBeGreaterThanOrEqual(500);
    const body = (await response.json()) as { type?: string; error: Record<string, unknown> };
    checkError(shape, body, body.error);
    return body.error;
  }
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return expectFailedStream(shape, await readStream(response));
}

export function expectFailedStream(shape: ClientShape, answer: StreamedAnswer): Record<string, unknown> {
  const { events, text } = answer;
  expect(text).not.toContain('[DONE]');
  // A line `event: message_stop` without data, left by a cut, is no event to any parser.
  expect(text).not.toContain('"message_stop"');
  expect(text, 'the last event is whole').toMatch(/(\n\n|\r\n\r\n|\r\r)$/);
  for (const event of events) {
    const data: unknown = JSON.parse(event.data);
    if (shape === 'anthropic') expect((data as { type: unknown }).type).toBe(event.event!);
  }
  const error = errorAtEnd(shape, answer);
  if (error === undefined) throw new Error(`the stream did not end with an error: ${text.slice(-500)}`);
  checkError(shape, JSON.parse(events.at(-1)!.data) as object, error);
  const errors = events.filter(({ data, event }) => event === 'error' || 'error' in (JSON.parse(data) as object));
  expect(errors, 'one error').toHaveLength(1);
  return error;
}

function checkError(shape: ClientShape, envelope: object, error: Record<string, unknown>): void {
  expect(typeof error.type).toBe('string');
  expect((error.message as string).length).toBeGreaterThan(0);
  if (shape === 'openai')
    expect(Object.keys(error)).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']));
  else expect(envelope).toMatchObject({ type: 'error', request_id: expect.stringMatching(/^req_th_/) as string });
}
