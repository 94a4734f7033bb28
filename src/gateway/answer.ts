import { formatUsd } from '../accounts/pricing.ts';
import { ApiError } from '../protocol/api-error.ts';
import { concat } from '../protocol/bytes.ts';
import { JSON_TYPE } from '../protocol/render-error.ts';
import type { Shape } from '../protocol/shape.ts';
import { type Aggregator, aggregatorOf, streamOf } from '../protocol/transcode/answer-form.ts';
import type { KeptTurn } from '../protocol/transcode/ports.ts';
import type { Oddities } from '../protocol/transcode/oddities.ts';
import type { Transcoder } from '../protocol/transcode/transcoder.ts';
import type { Attempt } from './attempts/attempt.ts';
import { type ByteReader, readerOf } from './byte-reader.ts';
import type { Exchange } from './exchange.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { Pump } from './pump.ts';
import { declaredForm, formOf } from './sniff.ts';
import type { Ticker } from './ticker.ts';
import type { Tried } from './attempts/tried.ts';

/** What is at hand while an upstream's answer becomes the client's. */
export interface Answering {
  readonly exchange: Exchange;
  readonly tried: Tried;
  readonly attempt: Attempt;
  readonly transcoder: Transcoder;
  /** The shape the upstream was asked in, and answers in. */
  readonly upstreamShape: Shape;
  readonly ticker: Ticker;
  readonly heartbeatMs: number;
  /** How long a stream's status line waits for content. */
  readonly gateMs: number;
  /** Takes host names, keys and private model ids out of an upstream's error text. */
  readonly redact: (text: string) => string;
  /** Keeps the client's connection from idling out. */
  readonly holdOpen: () => void;
  /** The answer is there, and about to be the client's. What it throws prevents that. */
  readonly onReady: () => void;
  /** An answer is whole: what its usage teaches, and what has to be kept for the client's next turn. */
  readonly onAnswered: (kept: KeptTurn | undefined) => void;
  /**
   * A stream is being read; `onLost` is called when it failed before it could be handed out, else `onEnd` once it is
   * over, with why if it did not end well.
   */
  readonly onStream: (pump: Pump) => void;
  readonly onLost: (pump: Pump) => void;
  readonly onEnd: (pump: Pump, reason: Error | undefined) => Promise<void> | undefined;
}

/** The client's JSON answer, whether the upstream sent JSON or a stream. */
export async function answerJson(answering: Answering, answer: Response): Promise<Response> {
  const { exchange, tried, transcoder } = answering;
  const { body, oddities } = await readWhole(answering, answer);
  exchange.answerReadMs = performance.now();
  const json = transcoder.readJson(body);
  if (oddities !== undefined) json.oddities.addAll(oddities);
  tried.told = json;
  answering.onReady();
  exchange.status = answer.status;
  exchange.bytesOut = json.bytes.length;
  exchange.isWhole = true;
  const headers = exchange.headers();
  headers['content-type'] = JSON_TYPE;
  headers['x-th-usage'] = json.usageEstimated ? 'estimated' : 'reported';
  const charge = tried.target.price === undefined ? undefined : exchange.bill?.charge('answered');
  if (charge !== undefined) headers['x-th-cost-usd'] = formatUsd(charge.costNano);
  if (exchange.shape === 'openai') {
    headers['openai-processing-ms'] = String(Math.round(performance.now() - exchange.startedMs));
  }
  answering.onAnswered(json.kept);
  return new Response(json.bytes, { status: answer.status, headers });
}

/** The body as one JSON text in the upstream's shape, and what was odd about a stream it was made of. */
async function readWhole({ attempt, upstreamShape, redact }: Answering, answer: Response): Promise<Whole> {
  const aggregate = () => aggregatorOf(upstreamShape, attempt.target.capabilities, redact);
  let aggregator: Aggregator;
  // The usual case, without a reader of its own: JSON was asked for and is what came.
  if (declaredForm(answer) === 'json' || answer.body === null) {
    const body = await attempt.readBody(answer);
    if (formOf(body, 'json') !== 'stream') return { body };
    aggregator = aggregate();
    aggregator.push(body);
  } else {
    const { form, reader } = await attempt.sniff(answer);
    if (form === 'json') return { body: await attempt.collect(reader) };
    aggregator = aggregate();
    await attempt.readAll(reader, (chunk) => aggregator.push(chunk));
  }
  return { body: aggregator.end(), oddities: aggregator.oddities };
}

interface Whole {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly oddities?: Oddities;
}

/** The client's stream. Rejects with what went wrong before its first byte. */
export async function answerStream(answering: Answering, answer: Response): Promise<Response> {
  const { attempt } = answering;
  if (answer.body === null) throw new ApiError('upstream_error', 'The upstream answered without a body');
  if (declaredForm(answer) === 'stream') return pumpStream(answering, answer.status, readerOf(answer.body));
  const { form, reader } = await attempt.sniff(answer);
  if (form === 'stream') return pumpStream(answering, answer.status, reader);
  return streamWhole(answering, answer.status, await attempt.collect(reader));
}

async function pumpStream(answering: Answering, status: number, source: ByteReader): Promise<Response> {
  const { exchange, tried, attempt, transcoder, ticker, heartbeatMs, gateMs } = answering;
  const { holdOpen, onReady, onAnswered, onStream, onLost, onEnd } = answering;
  const stream = transcoder.openStream();
  tried.told = stream;
  const pump: Pump = new Pump({
    source,
    transcoder: stream,
    attempt,
    ticker,
    heartbeat: HEARTBEAT[exchange.shape],
    heartbeatMs,
    idleMs: attempt.target.provider.timeouts.idleMs,
    gateMs,
    onReady,
    onProgress: () => exchange.bill?.journal(Date.now()),
    onEnd: (reason) => {
      exchange.bytesOut = pump.bytesOut;
      if (pump.contentMs !== undefined) tried.firstContentMs = pump.contentMs - exchange.startedMs;
      exchange.isWhole = reason === undefined;
      if (reason === undefined) onAnswered(stream.kept);
      return onEnd(pump, reason);
    },
  });
  onStream(pump);
  try {
    await pump.begin();
  } catch (cause) {
    onLost(pump);
    throw cause;
  }
  holdOpen();
  exchange.status = status;
  return new Response(pump.open(), { status, headers: streamHeaders(exchange) });
}

/** An upstream that answered with JSON: the client gets the same answer as the stream it asked for. */
function streamWhole(answering: Answering, status: number, body: Uint8Array<ArrayBuffer>): Response {
  const { exchange, tried, transcoder, upstreamShape, onReady, onAnswered } = answering;
  // For what it throws: a body that is no answer must not become a stream.
  transcoder.readJson(body);
  const stream = transcoder.openStream();
  const events = stream.push(streamOf(upstreamShape, body));
  const bytes = concat(events, stream.end()) as Uint8Array<ArrayBuffer>;
  tried.told = stream;
  if (stream.error !== undefined) throw stream.error;
  onReady();
  exchange.status = status;
  exchange.bytesOut = bytes.length;
  exchange.isWhole = true;
  onAnswered(stream.kept);
  return new Response(bytes, { status, headers: streamHeaders(exchange) });
}

function streamHeaders(exchange: Exchange): Record<string, string> {
  return {
    ...exchange.headers(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  };
}
