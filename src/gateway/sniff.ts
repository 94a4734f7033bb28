import { type ByteReader, readerOf } from './byte-reader.ts';

/** How an upstream's answer is told: one JSON text, or a stream of events. */
export type AnswerForm = 'json' | 'stream';

/**
 * Which form an answer has, by its content type; a body whose type says neither is known by its first byte. The reader
 * gives the whole body, what was looked at included.
 */
export async function sniffForm(answer: Response): Promise<{ readonly form: AnswerForm; readonly reader: ByteReader }> {
  const reader = readerOf(answer.body as ReadableStream);
  const declared = declaredForm(answer);
  if (declared !== undefined) return { form: declared, reader };
  const seen: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { form: 'stream', reader: unread(seen, reader) };
    seen.push(value);
    const first = value.find((byte) => byte > 0x20);
    if (first !== undefined) return { form: first === 0x7b ? 'json' : 'stream', reader: unread(seen, reader) };
  }
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
