import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { ApiError } from '../protocol/api-error.ts';
import { type ByteReader, readerOf } from './byte-reader.ts';
import type { Ticker, Ticking } from './ticker.ts';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** Until the last byte of the body. */
  readonly bodyTimeoutMs: number;
}

type Bytes = Uint8Array<ArrayBuffer>;
type Inflate = (bytes: Bytes, options: { maxOutputLength: number }) => Promise<Uint8Array<ArrayBufferLike>>;

const DECODERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', promisify(gunzip) as Inflate],
  ['x-gzip', promisify(gunzip) as Inflate],
  ['deflate', promisify(inflate) as Inflate],
  ['br', promisify(brotliDecompress) as Inflate],
  ['zstd', promisify(zstdDecompress) as Inflate],
]);

/** `application/json`, with parameters, and the `+json` family. */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Reads a request's body whole, within size and time. Rejects with the 4xx that says what is wrong with it. */
export async function readBody(request: Request, limits: BodyLimits, ticker: Ticker): Promise<Bytes> {
  const { headers } = request;
  checkType(headers.get('content-type'));
  const declared = headers.get('content-length');
  if (declared !== null && Number(declared) > limits.maxBodyBytes) throw tooLarge(limits.maxBodyBytes);
  const encoding = headers.get('content-encoding');
  const decode = encoding === null ? undefined : decoderFor(encoding);
  // With a declared length the runtime collects the body by itself, and the stream is never made (20 µs).
  const stream = declared === null ? request.body : null;
  const reader = stream === null ? undefined : readerOf(stream);
  const reading = reader === undefined ? (request.bytes() as Promise<Bytes>) : readCounted(reader, limits.maxBodyBytes);
  const body = await inTime(reading, limits.bodyTimeoutMs, ticker, reader);
  return decode === undefined ? body : decodeBody(body, decode, encoding ?? '', limits.maxBodyBytes);
}

function checkType(type: string | null): void {
  if (type !== null && JSON_TYPE.test(type)) return;
  throw new ApiError(
    'unsupported_media_type',
    type === null
      ? 'The request has no content-type. Send it as JSON with the header "content-type: application/json"'
      : `The content-type ${JSON.stringify(type.slice(0, 80))} is not JSON. Send the header "content-type: application/json"`,
  );
}

/** The body, or a 408 when it takes too long; what the reader would still get is then not kept. */
function inTime(
  reading: Promise<Bytes>,
  timeoutMs: number,
  ticker: Ticker,
  reader: ByteReader | undefined,
): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const due = performance.now() + timeoutMs;
    const deadline: Ticking = {
      check: (now) => {
        if (now < due) return;
        ticker.unwatch(deadline);
        reject(new ApiError('request_timeout', `The body did not arrive within ${timeoutMs / 1000} s`));
        reader?.cancel().catch(() => undefined);
      },
    };
    ticker.watch(deadline);
    reading.then(
      (bytes) => {
        ticker.unwatch(deadline);
        resolve(bytes);
      },
      (cause: unknown) => {
        ticker.unwatch(deadline);
        reject(
          cause instanceof ApiError
            ? cause
            : new ApiError('invalid_json', 'The connection closed before the whole body had arrived', { cause }),
        );
      },
    );
  });
}

async function readCounted(reader: ByteReader, max: number): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > max) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge(max);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function decoderFor(encoding: string): Inflate | undefined {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  const decoder = DECODERS.get(name);
  if (decoder !== undefined) return decoder;
  throw new ApiError(
    'invalid_encoding',
    `The content-encoding ${JSON.stringify(encoding.slice(0, 40))} is not known here. Send gzip, deflate, br or zstd, or leave it out`,
    { anthropicErrorCode: 'request_body_encoding_unsupported' },
  );
}

async function decodeBody(body: Bytes, decode: Inflate, encoding: string, max: number): Promise<Bytes> {
  try {
    const out = await decode(body, { maxOutputLength: max });
    return new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(max);
    throw new ApiError('invalid_encoding', `The body is not valid ${encoding.slice(0, 40)}`, {
      anthropicErrorCode: 'request_body_encoding_invalid',
      cause,
    });
  }
}

function tooLarge(max: number): ApiError {
  return new ApiError('request_too_large', `The body is larger than ${Math.floor(max / 1024)} KiB`);
}
