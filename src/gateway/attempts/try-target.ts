import type { RequestFacts } from '../../protocol/request.ts';
import type { Shape } from '../../protocol/shape.ts';
import { createTranscoder } from '../../protocol/transcode/create-transcoder.ts';
import { relocateFault } from '../../protocol/transcode/relocate.ts';
import { redactFault, type UpstreamFault } from '../../protocol/transcode/upstream-error.ts';
import { type Answering, answerJson, answerStream } from '../answer.ts';
import { Attempt } from './attempt.ts';
import { forwardedHeaders } from '../client-headers.ts';
import type { Crossings } from '../crossings.ts';
import type { Exchange } from '../exchange.ts';
import type { InFlight } from '../in-flight.ts';
import type { Routing } from '../orchestra/routing.ts';
import { createSteeredTranscoder } from '../orchestra/steered-transcoder.ts';
import type { ConversationThinking } from '../reasoning/conversation-thinking.ts';
import { promptDigest } from '../prompt-digest.ts';
import { shapeOf } from '../routing/catalogue.ts';
import type { Ticker } from '../ticker.ts';
import { tracedHeaders } from '../trace-header.ts';
import type { Tried } from './tried.ts';

/** One request on its way to whoever answers it; every try begins anew from its bytes. */
export interface Sending {
  readonly request: Pick<Request, 'headers' | 'signal'>;
  readonly exchange: Exchange;
  readonly facts: RequestFacts;
  /** Of a request that th-orchestra chose the model for. */
  readonly routing: Routing | undefined;
  readonly heartbeatMs: number;
  readonly ticker: Ticker;
  readonly crossings: Crossings;
  /** Undefined where all that may serve the conversation are of one family. */
  readonly thinking?: ConversationThinking | undefined;
  readonly inFlight: InFlight;
  /** Keeps the client's connection from idling out. */
  readonly holdOpen: () => void;
}

/** What one try is given, and what it tells beside its answer. */
export interface TryOptions {
  /** How long a stream's status line waits for content. */
  readonly gateMs: number;
  /** The request leaves for the upstream now. */
  onSent(): void;
  /** The answer is there, and about to be the client's. What it throws prevents that. */
  onReady(): void;
  /** The answer is over, with why if it did not end well: once, and only after an answer was given. */
  onEnd(reason: Error | undefined): Promise<void> | undefined;
}

/** Where each shape's endpoint lies below the base URL its official SDK takes. */
const UPSTREAM_PATH: Readonly<Record<Shape, string>> = { openai: '/chat/completions', anthropic: '/v1/messages' };

/**
 * Makes one try. Rejects with what went wrong as long as nothing of the answer has
 * gone to the client.
 */
export async function tryTarget(
  { request, exchange, facts, routing, heartbeatMs, ticker, crossings, thinking, inFlight, holdOpen }: Sending,
  tried: Tried,
  options: TryOptions,
): Promise<Response> {
  const { target, key } = tried;
  const upstreamShape = shapeOf(target, exchange.shape);
  const steered = routing?.steer(facts, exchange.shape, upstreamShape);
  if (routing !== undefined) tried.follow(routing, steered !== undefined);
  const crossing = crossings.begin(request.headers, exchange, steered?.facts ?? facts, target, thinking);
  const transcoder =
    steered === undefined
      ? createTranscoder(exchange.shape, upstreamShape, crossing.request)
      : createSteeredTranscoder(exchange.shape, upstreamShape, crossing.request, steered);
  tried.warnings = transcoder.warnings;
  tried.passthrough = transcoder.exact;
  if (request.headers.get('x-th-prompt-digest') === 'on') tried.promptDigest = promptDigest(transcoder.body);
  const attempt = new Attempt(target, ticker, request.signal, holdOpen);
  tried.attempt = attempt;
  inFlight.attempts.add(attempt);
  exchange.attempts++;
  exchange.firstSentMs ??= performance.now();
  options.onSent();
  const forwarded = upstreamShape === exchange.shape ? forwardedHeaders(upstreamShape, request.headers) : undefined;
  let streaming = false;
  try {
    const answer = await attempt.send({
      shape: upstreamShape,
      path: UPSTREAM_PATH[upstreamShape],
      headers: tracedHeaders(forwarded, exchange.trace, tried),
      body: transcoder.body,
      key,
    });
    tried.firstByteMs = performance.now() - exchange.startedMs;
    if (!answer.ok) {
      const tell = (fault: UpstreamFault) =>
        relocateFault(redactFault(fault, crossing.request.redact), transcoder.locate);
      throw await attempt.readError(answer, tell);
    }
    const answering: Answering = {
      exchange,
      tried,
      attempt,
      transcoder,
      upstreamShape,
      ticker,
      heartbeatMs,
      gateMs: options.gateMs,
      redact: crossing.request.redact,
      holdOpen,
      onReady: () => options.onReady(),
      onAnswered: (kept) => crossing.end(tried.told, kept),
      onStream: (pump) => {
        // From here on the pump ends the attempt.
        streaming = true;
        inFlight.pumps.add(pump);
      },
      onLost: (pump) => inFlight.pumps.delete(pump),
      onEnd: (pump, reason) => {
        inFlight.pumps.delete(pump);
        return options.onEnd(reason);
      },
    };
    const response = await (facts.stream ? answerStream(answering, answer) : answerJson(answering, answer));
    if (!streaming) void options.onEnd(undefined);
    return response;
  } catch (cause) {
    attempt.abort(cause as Error);
    throw cause;
  } finally {
    inFlight.attempts.delete(attempt);
    if (!streaming) attempt.close();
  }
}
