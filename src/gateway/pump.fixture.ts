import { OpenAiSameShapeStream } from '../protocol/transcode/same-shape/openai-stream.ts';
import type { StreamTranscoder } from '../protocol/transcode/stream.ts';
import { Attempt } from './attempts/attempt.ts';
import { type ByteReader, readerOf } from './byte-reader.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { ManualTicker } from './manual-ticker.fixture.ts';
import { Pump } from './pump.ts';
import { ManualUpstream, targetOf } from './upstream/manual-upstream.fixture.ts';

export const PING = ': ping\n\n';
export const ROLE =
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n';
export const TEXT = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n';
export const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
export const DONE = 'data: [DONE]\n\n';

const decoder = new TextDecoder();

interface Rig {
  readonly upstream: ManualUpstream;
  readonly clock: ManualTicker;
  readonly pump: Pump;
  readonly client: AbortController;
  readonly reader: ByteReader;
  readonly transcoder: StreamTranscoder;
  /** Every end the pump told, one at most. */
  readonly ends: (Error | undefined)[];
  /** Whether the upstream's stream was given up as a stream, and not only by its signal. */
  isCancelled(): boolean;
  /** The next thing the client gets. */
  next(): Promise<string>;
  /** Whether the client has nothing to read now. */
  isQuiet(): Promise<boolean>;
}

interface RigOptions {
  readonly heartbeatMs?: number;
  readonly idleMs?: number;
  readonly onReady?: () => void;
  readonly onProgress?: () => void;
  /** What the end of the stream waits for. */
  readonly settled?: Promise<void>;
  readonly transcoder?: StreamTranscoder;
}

/** A pump whose stream has not been handed out. */
export async function build(options: RigOptions = {}) {
  const upstream = new ManualUpstream();
  const clock = new ManualTicker();
  const client = new AbortController();
  const attempt = new Attempt(targetOf(upstream), clock.ticker, client.signal, () => undefined);
  const answer = await attempt.send({
    shape: 'openai',
    path: '/',
    headers: undefined,
    body: new Uint8Array(0),
    key: 0,
  });
  const ends: (Error | undefined)[] = [];
  const transcoder =
    options.transcoder ??
    new OpenAiSameShapeStream({
      publicModel: 'm',
      requestId: 'req_th_1',
      hideUsage: false,
      eofWithoutDone: 'error',
      estimateInput: () => 42,
      redact: (text) => text,
    });
  const reader = readerOf(answer.body!);
  let isCancelled = false;
  const source: ByteReader = {
    read: () => reader.read(),
    cancel: (reason) => {
      isCancelled = true;
      return reader.cancel(reason);
    },
  };
  const pump = new Pump({
    source,
    transcoder,
    attempt,
    ticker: clock.ticker,
    heartbeat: HEARTBEAT.openai,
    heartbeatMs: options.heartbeatMs ?? 1000,
    idleMs: options.idleMs ?? 10_000,
    gateMs: 1500,
    onReady: () => options.onReady?.(),
    onProgress: () => options.onProgress?.(),
    onEnd: (reason) => {
      ends.push(reason);
      return options.settled;
    },
  });
  return { upstream, clock, pump, client, transcoder, ends, isCancelled: () => isCancelled };
}

/** A pump whose stream is read. */
export async function start(options: RigOptions = {}): Promise<Rig> {
  const rig = await build(options);
  const { pump } = rig;
  const reader = readerOf(pump.open());
  let pending: Promise<string> | undefined;
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? 'END' : decoder.decode(value);
  };
  const next = () => {
    const now = pending ?? read();
    pending = undefined;
    return now;
  };
  const isQuiet = async () => {
    pending ??= read();
    pending.catch(() => undefined);
    return (await Promise.race([pending, Bun.sleep(10).then(() => 'quiet')])) === 'quiet';
  };
  return { ...rig, reader, next, isQuiet };
}
