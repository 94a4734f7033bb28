/** A stream's reader as the gateway uses it: the runtimes' own types disagree about what a default reader may yield. */
export interface ByteReader {
  read(): Promise<
    { readonly done: false; readonly value: Uint8Array } | { readonly done: true; readonly value?: undefined }
  >;
  cancel(reason?: unknown): Promise<void>;
}

export function readerOf(stream: ReadableStream): ByteReader {
  return stream.getReader() as unknown as ByteReader;
}
