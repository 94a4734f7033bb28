import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface StreamedAnswer {
  readonly events: readonly EventSourceMessage[];
  readonly comments: readonly string[];
  readonly text: string;
  /** What broke the connection, if it did not end properly. */
  readonly broken: unknown;
}

/** The events of a complete SSE text. An event without its blank line is not one, as for every client. */
export function parseEvents(text: string): { events: EventSourceMessage[]; comments: string[] } {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
  });
  parser.feed(text);
  return { events, comments };
}

/** Reads a streamed response to its end, however it ends. `onText` is given all there is so far, each time there is more. */
export async function readStream(response: Response, onText?: (text: string) => void): Promise<StreamedAnswer> {
  const decoder = new TextDecoder();
  let text = '';
  let broken: unknown;
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      onText?.(text);
    }
  } catch (error) {
    broken = error;
  }
  text += decoder.decode();
  return { ...parseEvents(text), text, broken };
}

/** The `data` of an event as JSON. */
export function jsonOf(event: EventSourceMessage | undefined): Record<string, unknown> {
  if (event === undefined) throw new Error('expected an event, got none');
  return JSON.parse(event.data) as Record<string, unknown>;
}
