import { type ByteReader, readerOf } from './byte-reader.ts';

/** How an upstream's answer is told: one JSON text, or a stream of events. */
export type AnswerForm = 'json' | 'stream';

/** What a line of an event stream starts with, and no JSON text: `data`, `event`, `id`, `retry`, a comment. */
const STARTS_OF_EVENTS = new Set(Buffer.from(':deir'));

/**
 * Which form an answer has, by the first byte of its body that is no white space: vendors, and proxies before them,
 * declare a stream as JSON and JSON as a stream. The reader gives the whole body, what was looked at included.
 * `beforeRead` is called before each read: some vendors send white space until the answer is there.
 */
export async function sniffForm(
  answer: Response,
  beforeRead: () => void,
): Promise<{ readonly form: AnswerForm; readonly reader: ByteReader }> {
  const reader = readerOf(answer.body as ReadableStream);
  const declared = declaredForm(answer);
  const seen: Uint8Array[] = [];
  for (;;) {
    beforeRead();
    const { done, value } = await reader.read();
    if (done) return { form: declared ?? 'stream', reader: unread(seen, reader) };
    seen.push(value);
    const form = formOf(value, declared);
    if (form !== undefined) return { form, reader: unread(seen, reader) };
  }
}

/** Undefined where there is nothing but white space. `declared` decides where the first byte says neither. */
export function formOf(bytes: Uint8Array, declared: AnswerForm = 'stream'): AnswerForm | undefined {
  const first = bytes.find((byte) => byte > 0x20);
  if (first === undefined) return undefined;
  if (first === 0x7b) return 'json';
  return STARTS_OF_EVENTS.has(first) ? 'stream' : declared;
}

/** Undefined where the content type says neither. */
export function declaredForm(answer: Response): AnswerForm | undefined {
  const type = answer.headers.get('content-type');
  if (type === null) return undefined;
  if (type.startsWith('text/event-stream')) return 'stream';
  return type.startsWith('application/json') ? 'json' : undefined;
}

/** A reader that gives these chunks before its own. */
function unread(chunks: Uint8Array[], reader: ByteReader): ByteReader {
  return {
    read: async () => {
      const value = chunks.shift();
      return value === undefined ? reader.read() : { done: false, value };
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
