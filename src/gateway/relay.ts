import { isKeyFault, type KeyFault } from '../accounts/keys/fault.ts';
import type { Principal } from '../accounts/keys/keyring.ts';
import { allowsModel } from '../accounts/keys/model-scope.ts';
import { ApiError } from '../protocol/api-error.ts';
import { readRequest, type RequestFacts } from '../protocol/request.ts';
import type { Shape } from '../protocol/shape.ts';
import { createTranscoder } from '../protocol/transcode/create-transcoder.ts';
import { relocateFault } from '../protocol/transcode/relocate.ts';
import { redactFault, type UpstreamFault } from '../protocol/transcode/upstream-error.ts';
import type { Events } from '../telemetry/events.ts';
import { type Answering, answerJson, answerStream } from './answer.ts';
import { Attempt, ClientGone } from './attempt.ts';
import { type BodyLimits, readBody } from './body.ts';
import { forwardedHeaders } from './client-headers.ts';
import { countTokens } from './count-tokens.ts';
import type { Crossings } from './crossings.ts';
import type { Exchange } from './exchange.ts';
import { checkLoop } from './loop-guard.ts';
import type { Outcome } from './outcome.ts';
import { promptDigest } from './prompt-digest.ts';
import type { Pump } from './pump.ts';
import type { Catalogue, Model, Target } from './routing/catalogue.ts';
import type { Ticker } from './ticker.ts';

/** Who sent a request, or why that cannot be told. Implemented by the keyring. */
export interface Authenticator {
  authenticate(headers: Headers, search: string): Principal | KeyFault | Promise<Principal | KeyFault>;
}

/** What a configuration change replaces as a whole; requests in flight keep the one they began with. */
export interface Graph {
  readonly catalogue: Catalogue;
  readonly limits: BodyLimits;
  readonly heartbeatMs: number;
}

export interface RelayOptions {
  readonly keys: Authenticator;
  readonly graph: () => Graph;
  readonly ticker: Ticker;
  readonly crossings: Crossings;
  readonly events: Events;
  /** How this gateway signs what it sends on; a request that bears it has come round. */
  readonly via: string;
  /** Tells the runtime that the connection may be quiet from here on. */
  readonly holdOpen: (request: Request) => void;
}

/** Where each shape's endpoint lies below the base URL its official SDK takes. */
const UPSTREAM_PATH: Readonly<Record<Shape, string>> = { openai: '/chat/completions', anthropic: '/v1/messages' };

/** The way of one request, from its headers to its last byte. */
export class Relay {
  readonly #options: RelayOptions;
  /** Streams in flight, for the end of the process. */
  readonly #pumps = new Set<Pump>();
  /** Tries whose first byte has not gone to the client, likewise. */
  readonly #attempts = new Set<Attempt>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Answers a request of either shape. Never rejects: every failure is an answer in the client's shape. */
  async handle(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const { graph, facts, model } = await this.#accept(request, exchange);
      return await this.#send(request, exchange, graph, facts, model.targets[0] as Target);
    } catch (cause) {
      return this.fail(exchange, cause, exchange.attempts > 0);
    }
  }

  /** Answers `count_tokens`, free of charge. Never rejects. */
  async count(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const { facts, model } = await this.#accept(request, exchange);
      const { ticker, crossings } = this.#options;
      const response = await countTokens(request, exchange, facts, model, {
        ticker,
        holdOpen: () => this.#options.holdOpen(request),
        estimates: crossings.estimates,
      });
      this.tell(exchange, 'answered');
      return response;
    } catch (cause) {
      return this.fail(exchange, cause);
    }
  }

  /** Throws the 401 that names why the caller cannot be told. */
  async authenticate(request: Request, exchange: Exchange): Promise<Principal> {
    const query = request.url.indexOf('?');
    const search = query < 0 ? '' : request.url.slice(query);
    const verdict = this.#options.keys.authenticate(request.headers, search);
    const principal = verdict instanceof Promise ? await verdict : verdict;
    if (!isKeyFault(principal)) return principal;
    exchange.keyFault = principal.reason;
    throw new ApiError('invalid_api_key', principal.message);
  }

  /** Ends every request in flight: streams with their shape's error event, the others with an error answer. */
  interrupt(error: ApiError): void {
    for (const pump of this.#pumps) pump.interrupt(error);
    for (const attempt of this.#attempts) attempt.abort(error);
  }

  /** The answer to a request that failed before its first byte. */
  fail(exchange: Exchange, cause: unknown, settled = false): Response {
    const asked = exchange.attempts > 0;
    if (cause instanceof ClientGone) {
      exchange.status = 499;
      this.tell(exchange, 'client_abort', settled);
      return new Response(null, { status: 499, headers: exchange.headers() });
    }
    const error = cause instanceof ApiError ? cause : this.#internal(exchange, cause);
    const response = exchange.refuse(error);
    const outcome =
      error.code === 'service_unavailable'
        ? 'interrupted'
        : asked
          ? 'upstream_error'
          : error.code === 'internal_error'
            ? 'failed'
            : 'refused';
    this.tell(exchange, outcome, settled);
    return response;
  }

  /** Who asks, what for, and of which model: what every request goes through before an upstream is chosen. */
  async #accept(request: Request, exchange: Exchange): Promise<{ graph: Graph; facts: RequestFacts; model: Model }> {
    // Before the key: one that the gateway presents to itself is a provider's, and seldom one of ours.
    checkLoop(request.headers, this.#options.via);
    exchange.principal = await this.authenticate(request, exchange);
    const graph = this.#options.graph();
    const facts = await this.#read(request, exchange, graph);
    return { graph, facts, model: this.#route(facts, exchange, graph.catalogue) };
  }

  async #read(request: Request, exchange: Exchange, graph: Graph): Promise<RequestFacts> {
    const bytes = await readBody(request, graph.limits, this.#options.ticker);
    exchange.bytesIn = bytes.length;
    const facts = readRequest(bytes);
    exchange.model = facts.model;
    exchange.stream = facts.stream;
    return facts;
  }

  #route(facts: RequestFacts, exchange: Exchange, catalogue: Catalogue): Model {
    const model = catalogue.find(facts.model);
    if (model === undefined) throw unknownModel(facts.model, exchange.shape);
    if (!allowsModel(exchange.principal?.models ?? null, model.id)) {
      throw new ApiError('permission_denied', `This key may not use the model ${facts.model}`, { param: 'model' });
    }
    exchange.price = model.price;
    return model;
  }

  async #send(
    request: Request,
    exchange: Exchange,
    graph: Graph,
    facts: RequestFacts,
    target: Target,
  ): Promise<Response> {
    const { ticker, crossings } = this.#options;
    const holdOpen = () => this.#options.holdOpen(request);
    const upstreamShape = shapeOf(target, exchange.shape);
    exchange.provider = target.provider.name;
    exchange.upstreamModel = target.model;
    const crossing = crossings.begin(request.headers, exchange, facts, target);
    const transcoder = createTranscoder(exchange.shape, upstreamShape, crossing.request);
    exchange.warnings = transcoder.warnings;
    exchange.passthrough = transcoder.exact;
    if (request.headers.get('x-th-prompt-digest') === 'on') exchange.promptDigest = promptDigest(transcoder.body);
    const attempt = new Attempt(target, ticker, request.signal, holdOpen);
    this.#attempts.add(attempt);
    exchange.attempts++;
    let streaming = false;
    try {
      const answer = await attempt.send({
        shape: upstreamShape,
        path: UPSTREAM_PATH[upstreamShape],
        headers: upstreamShape === exchange.shape ? forwardedHeaders(upstreamShape, request.headers) : undefined,
        body: transcoder.body,
      });
      exchange.firstByteMs = performance.now() - exchange.startedMs;
      if (!answer.ok) {
        const tell = (fault: UpstreamFault) =>
          relocateFault(redactFault(fault, crossing.request.redact), transcoder.locate);
        throw await attempt.readError(answer, tell);
      }
      const answering: Answering = {
        exchange,
        attempt,
        transcoder,
        upstreamShape,
        ticker,
        heartbeatMs: graph.heartbeatMs,
        redact: crossing.request.redact,
        holdOpen,
        onAnswered: (kept) => crossing.end(kept),
        onStream: (pump) => {
          // From here on the pump ends the attempt.
          streaming = true;
          this.#pumps.add(pump);
        },
        onEnd: (pump, reason) => {
          this.#pumps.delete(pump);
          this.tell(exchange, outcomeOf(reason), true);
        },
      };
      const response = await (facts.stream ? answerStream(answering, answer) : answerJson(answering, answer));
      if (!streaming) this.tell(exchange, 'answered', true);
      return response;
    } catch (cause) {
      attempt.abort(cause as Error);
      throw cause;
    } finally {
      this.#attempts.delete(attempt);
      if (!streaming) attempt.close();
    }
  }

  /** A request is over. `settled`: an upstream was asked, so it counts towards the usage of its key. */
  tell(exchange: Exchange, outcome: Outcome, settled = false): void {
    this.#options.events.requestFinished(exchange.finished(outcome, settled));
  }

  #internal(exchange: Exchange, cause: unknown): ApiError {
    this.#options.events.fault('a request failed inside the gateway', cause, exchange.requestId);
    return new ApiError('internal_error', 'The gateway failed to handle this request', { cause });
  }
}

function outcomeOf(reason: Error | undefined): Outcome {
  if (reason === undefined) return 'answered';
  if (reason instanceof ClientGone) return 'client_abort';
  const code = reason instanceof ApiError ? reason.code : 'internal_error';
  if (code === 'internal_error') return 'failed';
  return code === 'service_unavailable' ? 'interrupted' : 'upstream_cut';
}

/** The shape a target is asked in: the client's own where the provider speaks it. */
function shapeOf({ provider }: Target, client: Shape): Shape {
  return provider.shapes.includes(client) ? client : (provider.shapes[0] as Shape);
}

export function unknownModel(id: string, shape: Shape): ApiError {
  const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id;
  const message =
    shape === 'anthropic'
      ? `${shown} is not a model of this gateway; GET /v1/models lists them`
      : `The model ${shown} does not exist here; GET /v1/models lists those that do`;
  return new ApiError('model_not_found', message, { param: 'model' });
}
