/**
 * A stream that makes the next piece only when it is asked for one, `paceMs` after the one before. With a pace of 0
 * the whole answer is one chunk. Aborting `signal` errors it at once with the signal's reason.
 */
export function streamPaced(
  pieces: Iterable<string>,
  paceMs: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  // One piece is known ahead, so that the stream closes with its last piece and not a pace after it.
  let next = iterator.next();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake: (() => void) | undefined;
  let ended = false;
  let first = true;
  let onAbort: () => void;

  function end(): void {
    ended = true;
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
    wake?.();
  }

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        onAbort = () => {
          end();
          controller.error(signal.reason);
        };
        signal.addEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
      },
      async pull(controller) {
        if (!first && paceMs > 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            timer = setTimeout(resolve, paceMs);
          });
        }
        first = false;
        if (ended) return;
        let text = '';
        do {
          if (!next.done) text += next.value;
          next = iterator.next();
        } while (paceMs === 0 && !next.done);
        controller.enqueue(encoder.encode(text));
        if (!next.done) return;
        end();
        controller.close();
      },
      cancel: end,
    },
    // Nothing is made ahead of the reader.
    { highWaterMark: 0 },
  );
}
