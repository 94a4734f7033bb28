/** The little of HTTP/1.1 the tests need, read from raw bytes, so that nothing is normalised on the way. */

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface MessageHead {
  /** Everything before the empty line, as it came. */
  readonly raw: string;
  readonly startLine: string;
  readonly headers: HeaderList;
}

const encoder = new TextEncoder();

export function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? encoder.encode(data) : data;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function parseHead(raw: string): MessageHead {
  const [startLine = '', ...lines] = raw.split('\r\n');
  const headers = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { raw, startLine, headers };
}

export function header(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** How the length of a body is known: a number of bytes, chunks, or "until the connection ends". */
export type Framing = number | 'chunked' | 'close';

/** Index just behind the next `\r\n\r\n`, or -1. */
export function endOfHead(buffer: Uint8Array): number {
  const at = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}

export interface Dechunked {
  readonly body: Uint8Array;
  /** Bytes of the input used; the rest belongs to the next message. */
  readonly consumed: number;
}

/** The body of a complete chunked message, or undefined while its last chunk has not come. Throws on bad framing. */
export function dechunk(input: Uint8Array): Dechunked | undefined {
  const buffer = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = buffer.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const sizeText = buffer.toString('latin1', at, lineEnd).split(';')[0]!.trim();
    if (!/^[0-9a-f]+$/i.test(sizeText)) throw new Error(`bad chunk size ${JSON.stringify(sizeText)}`);
    const size = parseInt(sizeText, 16);
    const start = lineEnd + 2;
    if (size === 0) {
      const trailersEnd = buffer.indexOf('\r\n', start);
      if (trailersEnd < 0) return undefined;
      return { body: concat(parts), consumed: trailersEnd + 2 };
    }
    if (buffer.length < start + size + 2) return undefined;
    parts.push(buffer.subarray(start, start + size));
    at = start + size + 2;
  }
}
