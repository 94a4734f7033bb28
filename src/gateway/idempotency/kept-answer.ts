import type { HeaderList } from './replayed-headers.ts';

/** A whole answer as it is given again. */
export interface KeptAnswer {
  /** Of the request that was answered first. */
  readonly requestId: string;
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LENGTH_BYTES = 4;

/** The length of the head (four bytes, big-endian), the head as JSON, the body as it is. */
export function encodeKeptAnswer({ requestId, status, headers, body }: KeptAnswer): Uint8Array {
  const head = encoder.encode(JSON.stringify({ requestId, status, headers }));
  const bytes = new Uint8Array(LENGTH_BYTES + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, LENGTH_BYTES);
  bytes.set(body, LENGTH_BYTES + head.length);
  return bytes;
}

/** The inverse; `bytes` is what {@link encodeKeptAnswer} made. The body is a view of them. */
export function decodeKeptAnswer(bytes: Uint8Array<ArrayBuffer>): KeptAnswer {
  const end = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = JSON.parse(decoder.decode(bytes.subarray(LENGTH_BYTES, end))) as Omit<KeptAnswer, 'body'>;
  return { ...head, body: bytes.subarray(end) };
}
