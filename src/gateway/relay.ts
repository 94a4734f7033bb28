import { isKeyFault, type KeyFault } from '../accounts/keys/fault.ts';
import type { Principal } from '../accounts/keys/keyring.ts';
import { allowsModel } from '../accounts/keys/model-scope.ts';
import { formatUsd } from '../accounts/pricing.ts';
import { ApiError } from '../protocol/api-error.ts';
import { readRequest, type RequestFacts } from '../protocol/request.ts';
import type { Shape } from '../protocol/shape.ts';
import { relayJson } from '../protocol/transcode/same-shape/json.ts';
import type { SameShapeOptions } from '../protocol/transcode/same-shape/options.ts';
import { prepareSameShape } from '../protocol/transcode/same-shape/request.ts';
import { openSameShapeStream } from '../protocol/transcode/same-shape/stream.ts';
import type { Events } from '../telemetry/events.ts';
import { Attempt, ClientGone } from './attempt.ts';
import { type BodyLimits, readBody } from './body.ts';
import { forwardedHeaders } from './client-headers.ts';
import { countTokens } from './count-tokens.ts';
import type { Exchange } from './exchange.ts';
import { JSON_TYPE } from '../protocol/render-error.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { checkLoop } from './loop-guard.ts';
import type { Outcome } from './outcome.ts';
import { Pump } from './pump.ts';
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
      const target = pickTarget(model, exchange.shape);
      return await this.#send(request, exchange, graph, facts, target);
    } catch (cause) {
      return this.fail(exchange, cause, exchange.attempts > 0);
    }
  }

  /** Answers `count_tokens`, free of charge. Never rejects. */
  async count(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const { facts, model } = await this.#accept(request, exchange);
      const attempting = { ticker: this.#options.ticker, holdOpen: () => this.#options.holdOpen(request) };
      const response = await countTokens(request, exchange, facts, model, attempting);
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
    const { shape } = exchange;
    const { provider } = target;
    exchange.provider = provider.name;
    exchange.upstreamModel = target.model;
    const prepared = prepareSameShape(shape, facts, target.model, provider.dialect.usageInStream);
    const edits: SameShapeOptions = {
      publicModel: facts.model,
      requestId: exchange.requestId,
      hideUsage: prepared.usageInjected,
      eofWithoutDone: provider.dialect.eofWithoutDone,
      redact: provider.redactorFor(target.model, facts.model),
    };
    const attempt = new Attempt(target, this.#options.ticker, request.signal, () => this.#options.holdOpen(request));
    this.#attempts.add(attempt);
    exchange.attempts++;
    let streaming = false;
    try {
      const answer = await attempt.send({
        shape,
        path: UPSTREAM_PATH[shape],
        headers: forwardedHeaders(shape, request.headers),
        body: prepared.body,
      });
      exchange.firstByteMs = performance.now() - exchange.startedMs;
      if (!answer.ok) throw await attempt.readError(answer, edits.redact);
      if (!facts.stream) return await this.#answerJson(exchange, attempt, answer, edits);
      if (isJson(answer)) {
        // An error told as JSON is told by relayJson; a whole answer is not what the client asked for.
        relayJson(shape, await attempt.readBody(answer), edits);
        throw new ApiError('upstream_error', 'The upstream answered with JSON where a stream was asked for');
      }
      this.#options.holdOpen(request);
      const response = this.#answerStream(exchange, graph, attempt, answer, edits);
      // From here on the pump ends the attempt.
      streaming = true;
      return response;
    } catch (cause) {
      if (!streaming) attempt.abort(cause as Error);
      throw cause;
    } finally {
      this.#attempts.delete(attempt);
      if (!streaming) attempt.close();
    }
  }

  async #answerJson(
    exchange: Exchange,
    attempt: Attempt,
    answer: Response,
    edits: SameShapeOptions,
  ): Promise<Response> {
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw new ApiError('upstream_error', 'The upstream answered with a stream where JSON was asked for');
    }
    const { bytes, usage } = relayJson(exchange.shape, await attempt.readBody(answer), edits);
    exchange.usage = usage;
    exchange.status = answer.status;
    exchange.bytesOut = bytes.length;
    const headers = exchange.headers();
    headers['content-type'] = JSON_TYPE;
    if (usage !== undefined) headers['x-th-usage'] = 'reported';
    const { cost } = exchange;
    if (cost !== undefined) headers['x-th-cost-usd'] = formatUsd(cost);
    if (exchange.shape === 'openai') {
      headers['openai-processing-ms'] = String(Math.round(performance.now() - exchange.startedMs));
    }
    this.tell(exchange, 'answered', true);
    return new Response(bytes, { status: answer.status, headers });
  }

  #answerStream(
    exchange: Exchange,
    graph: Graph,
    attempt: Attempt,
    answer: Response,
    edits: SameShapeOptions,
  ): Response {
    if (answer.body === null) throw new ApiError('upstream_error', 'The upstream answered without a body');
    const transcoder = openSameShapeStream(exchange.shape, edits);
    const pump: Pump = new Pump({
      source: answer.body,
      transcoder,
      attempt,
      ticker: this.#options.ticker,
      heartbeat: HEARTBEAT[exchange.shape],
      heartbeatMs: graph.heartbeatMs,
      idleMs: attempt.target.provider.timeouts.idleMs,
      onEnd: (reason) => {
        this.#pumps.delete(pump);
        exchange.usage = transcoder.usage;
        exchange.error = transcoder.error;
        exchange.bytesOut = pump.bytesOut;
        this.tell(exchange, outcomeOf(reason), true);
      },
    });
    this.#pumps.add(pump);
    exchange.status = answer.status;
    return new Response(pump.stream, {
      status: answer.status,
      headers: {
        ...exchange.headers(),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    });
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

/** The first target that speaks the client's shape. */
function pickTarget(model: Model, shape: Shape): Target {
  const target = model.targets.find(({ provider }) => provider.shapes.includes(shape));
  if (target !== undefined) return target;
  const other = shape === 'openai' ? '/v1/messages' : '/v1/chat/completions';
  throw new ApiError(
    'unsupported_value',
    `The model ${model.id} is served on ${other} alone: its provider does not speak this shape`,
    {
      param: 'model',
    },
  );
}

export function unknownModel(id: string, shape: Shape): ApiError {
  const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id;
  const message =
    shape === 'anthropic'
      ? `${shown} is not a model of this gateway; GET /v1/models lists them`
      : `The model ${shown} does not exist here; GET /v1/models lists those that do`;
  return new ApiError('model_not_found', message, { param: 'model' });
}

function isJson(answer: Response): boolean {
  return answer.headers.get('content-type')?.startsWith('application/json') ?? false;
}
