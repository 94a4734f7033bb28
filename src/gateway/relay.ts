import { isKeyFault, type KeyFault } from '../accounts/keys/fault.ts';
import type { Principal } from '../accounts/keys/keyring.ts';
import { allowsModel } from '../accounts/keys/model-scope.ts';
import { ApiError } from '../protocol/api-error.ts';
import { readRequest, type RequestFacts } from '../protocol/request.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Events } from '../telemetry/events.ts';
import { ClientGone } from './attempts/attempt.ts';
import type { Admissions } from './billing/admissions.ts';
import { type BodyLimits, readBody } from './body.ts';
import { countTokens } from './count-tokens.ts';
import type { Crossings } from './crossings.ts';
import type { Exchange } from './exchange.ts';
import { Failover, type RetryPolicy } from './attempts/failover.ts';
import { guessShape } from './guess-shape.ts';
import type { Idempotency } from './idempotency/idempotency.ts';
import { readIdempotencyKey } from './idempotency/key.ts';
import type { ReplayLimits } from './idempotency/ports.ts';
import { InFlight } from './in-flight.ts';
import { checkLoop } from './loop-guard.ts';
import { explainRouting } from './orchestra/explain.ts';
import type { Orchestra } from './orchestra/orchestra.ts';
import type { Routing } from './orchestra/routing.ts';
import { readSteeringSwitch } from './orchestra/steering-switch.ts';
import type { Outcome } from './outcome.ts';
import type { Catalogue, Model, Target } from './routing/catalogue.ts';
import { explainRoute } from './routing/explain.ts';
import type { Routed } from './routing/fit.ts';
import type { Plan, Planner } from './routing/plan.ts';
import type { Ticker } from './ticker.ts';
import type { Sending } from './attempts/try-target.ts';

/** Who sent a request, or why that cannot be told. Implemented by the keyring. */
export interface Authenticator {
  authenticate(headers: Headers, search: string): Principal | KeyFault | Promise<Principal | KeyFault>;
}

/** What a configuration change replaces as a whole; requests in flight keep the one they began with. */
export interface Graph {
  readonly catalogue: Catalogue;
  readonly orchestra: Orchestra;
  readonly limits: BodyLimits;
  readonly heartbeatMs: number;
  readonly retry: RetryPolicy;
  readonly replay: ReplayLimits;
}

export interface RelayOptions {
  readonly keys: Authenticator;
  readonly admissions: Admissions;
  readonly graph: () => Graph;
  readonly ticker: Ticker;
  readonly crossings: Crossings;
  readonly planner: Planner;
  readonly idempotency: Idempotency;
  /** From 0 to below 1: spreads what would else be done at once. */
  readonly random: () => number;
  readonly events: Pick<Events, 'requestFinished' | 'fault'>;
  /** How this gateway signs what it sends on; a request that bears it has come round. */
  readonly via: string;
  /** Tells the runtime that the connection may be quiet from here on. */
  readonly holdOpen: (request: Request) => void;
}

/** A request that may be sent, and what it is sent by. */
interface Accepted {
  readonly principal: Principal;
  readonly graph: Graph;
  readonly facts: RequestFacts;
  readonly model: Model;
  readonly steering: 'on' | 'off';
}

/** Where a request goes. */
interface Course {
  readonly asked: Routed;
  readonly plan: Plan;
  /** Of a routed request. */
  readonly routing: Routing | undefined;
}

/** The way of one request, from its headers to its last byte. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #inFlight = new InFlight();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Answers a request of either shape. Never rejects: every failure is an answer in the client's shape. */
  async handle(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const accepted = await this.#accept(request, exchange);
      const key = readIdempotencyKey(request.headers);
      if (key === undefined) return await this.#send(request, exchange, accepted);
      const { idempotency, holdOpen } = this.#options;
      const { bytes: body } = accepted.facts;
      const tell = (outcome: Outcome) => this.tell(exchange, outcome);
      return await idempotency.answer(
        { key, request, exchange, body, holdOpen: () => holdOpen(request), tell },
        (signal) => this.#answer(request, exchange, accepted, signal),
      );
    } catch (cause) {
      return this.#failSettled(exchange, cause);
    }
  }

  /** Answers `count_tokens`, free of charge. Never rejects. */
  async count(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const accepted = await this.#accept(request, exchange);
      const { facts } = accepted;
      const { ticker, crossings } = this.#options;
      const { asked, plan } = this.#plan(request, exchange, accepted);
      const target = plan.targets[0] as Target;
      const response = await countTokens(request, exchange, facts, target, {
        ticker,
        holdOpen: () => this.#options.holdOpen(request),
        estimates: crossings.estimates,
        thinking: crossings.thinkingOf(asked)?.at(target.family),
      });
      this.tell(exchange, 'answered');
      return response;
    } catch (cause) {
      return this.fail(exchange, cause);
    }
  }

  /** Answers where the request would go, and why. Nothing is sent. Never rejects. */
  async explain(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const accepted = await this.#accept(request, exchange);
      const { model, facts, graph, steering } = accepted;
      const asked = { ...routed(request, exchange, facts, model), shape: guessShape(facts) };
      const explained = this.#explain(asked, graph, steering);
      // Where else it might go, by which weights and at what price, is the operator's to know.
      const { targets: _targets, ...told } = explained;
      const response = exchange.json(told);
      this.tell(exchange, 'answered');
      return response;
    } catch (cause) {
      return this.fail(exchange, cause);
    }
  }

  /**
   * The same for the operator, who may know all of it and needs no key: of any model, with where else it might go. The
   * shape is what the body looks like, where none is named. Rejects with the error a client would get.
   */
  async whatIf(request: Request, shape?: Shape): Promise<Record<string, unknown>> {
    const graph = this.#options.graph();
    const facts = readRequest(await readBody(request, graph.limits, this.#options.ticker));
    const asked = { headers: request.headers, shape: shape ?? guessShape(facts), keyId: '', facts };
    const model = findModel(facts.model, graph);
    if (model === undefined) throw unknownModel(facts.model, asked.shape);
    return this.#explain({ ...asked, model }, graph, readSteeringSwitch(request.headers, facts));
  }

  #explain(asked: Routed, graph: Graph, steering: 'on' | 'off'): Record<string, unknown> {
    const { planner, crossings } = this.#options;
    return asked.model === graph.orchestra.model
      ? explainRouting(graph.orchestra, asked, steering, planner, crossings.estimates)
      : explainRoute(asked, crossings.estimates);
  }

  /** Throws the 401 that names why the caller cannot be told, or a 503 while the keys cannot be read. */
  async authenticate(request: Request, exchange: Exchange): Promise<Principal> {
    const query = request.url.indexOf('?');
    const search = query < 0 ? '' : request.url.slice(query);
    const verdict = this.#options.keys.authenticate(request.headers, search);
    const principal =
      verdict instanceof Promise ? await verdict.catch((cause) => this.#unread(exchange, cause)) : verdict;
    if (!isKeyFault(principal)) return principal;
    exchange.keyFault = principal.reason;
    throw new ApiError('invalid_api_key', principal.message);
  }

  /** Ends every request in flight: streams with their shape's error event, the others with an error answer. */
  interrupt(error: ApiError): void {
    this.#inFlight.interrupt(error);
  }

  /** What is under way: streams that are being given to clients, and requests to upstreams that are not over. */
  get load(): { readonly streams: number; readonly upstreamRequests: number } {
    const { pumps, attempts } = this.#inFlight;
    return { streams: pumps.size, upstreamRequests: pumps.size + attempts.size };
  }

  /** The answer to a request that failed before its first byte. */
  fail(exchange: Exchange, cause: unknown): Response {
    const asked = exchange.attempts > 0;
    if (cause instanceof ClientGone) {
      exchange.status = 499;
      this.tell(exchange, 'client_abort');
      return new Response(null, { status: 499, headers: exchange.headers() });
    }
    const error = cause instanceof ApiError ? cause : this.#internal(exchange, cause);
    const response = exchange.refuse(error);
    // What was never held for was refused: the ledger or the limits could not be asked.
    const outcome =
      error.code === 'service_unavailable' && exchange.bill !== undefined
        ? 'interrupted'
        : asked
          ? 'upstream_error'
          : error.code === 'internal_error'
            ? 'failed'
            : 'refused';
    this.tell(exchange, outcome);
    return response;
  }

  /** Who asks, what for, and of which model: what every request goes through before an upstream is chosen. */
  async #accept(request: Request, exchange: Exchange): Promise<Accepted> {
    // Before the key: one that the gateway presents to itself is a provider's, and seldom one of ours.
    checkLoop(request.headers, this.#options.via);
    const principal = await this.authenticate(request, exchange);
    exchange.principal = principal;
    const graph = this.#options.graph();
    const facts = await this.#read(request, exchange, graph);
    const steering = readSteeringSwitch(request.headers, facts);
    if (graph.orchestra.answersTo(facts.model)) exchange.unsteered = steering === 'off' ? 'off' : 'none';
    return { principal, graph, facts, steering, model: this.#route(facts, exchange, graph) };
  }

  async #read(request: Request, exchange: Exchange, graph: Graph): Promise<RequestFacts> {
    const bytes = await readBody(request, graph.limits, this.#options.ticker);
    exchange.bytesIn = bytes.length;
    exchange.bodyReadMs = performance.now();
    const facts = readRequest(bytes);
    exchange.model = facts.model;
    exchange.stream = facts.stream;
    return facts;
  }

  #route(facts: RequestFacts, exchange: Exchange, graph: Graph): Model {
    const model = findModel(facts.model, graph);
    if (model === undefined) throw unknownModel(facts.model, exchange.shape);
    if (!allowsModel(exchange.principal?.models ?? null, model.id)) {
      throw new ApiError('permission_denied', `This key may not use the model ${facts.model}`, { param: 'model' });
    }
    return model;
  }

  /** The answer to a request that others may wait for too. Never rejects. */
  async #answer(request: Request, exchange: Exchange, accepted: Accepted, signal: AbortSignal): Promise<Response> {
    try {
      return await this.#send(request, exchange, accepted, signal);
    } catch (cause) {
      return this.#failSettled(exchange, cause);
    }
  }

  /** What became of the money is written before anybody hears of the end. */
  async #failSettled(exchange: Exchange, cause: unknown): Promise<Response> {
    const response = this.fail(exchange, cause);
    await exchange.bill?.settled;
    return response;
  }

  /** Where the request is to be tried; for a routed one that is chosen here. Throws the 400 where nothing can serve it. */
  #plan(request: Request, exchange: Exchange, { graph, facts, model, steering }: Accepted): Course {
    const { planner, crossings } = this.#options;
    const own = routed(request, exchange, facts, model);
    if (model !== graph.orchestra.model) return { asked: own, plan: planner.plan(own), routing: undefined };
    const asked = { ...own, severalFamilies: true };
    const routing = graph.orchestra.route(asked, steering, planner, crossings.estimates);
    exchange.decision = routing.decision;
    return { asked, plan: routing.plan, routing };
  }

  /** `signal`: aborts when there is nobody to answer. */
  async #send(request: Request, exchange: Exchange, accepted: Accepted, signal = request.signal): Promise<Response> {
    const { ticker, crossings, planner, random, admissions } = this.#options;
    const { graph, facts, model, principal } = accepted;
    const { asked, plan, routing } = this.#plan(request, exchange, accepted);
    const bill = await admissions.admit(exchange, principal, facts, plan.targets);
    exchange.bill = bill;
    const sending: Sending = {
      request: { headers: request.headers, signal },
      exchange,
      facts,
      routing,
      heartbeatMs: graph.heartbeatMs,
      ticker,
      crossings,
      thinking: crossings.thinkingOf(asked),
      inFlight: this.#inFlight,
      holdOpen: () => this.#options.holdOpen(request),
    };
    const failover = new Failover(sending, plan, {
      retry: graph.retry,
      hedge: routing?.hedge ?? model.hedge,
      random,
      onAnswering: (target, key) => planner.keep(plan, target, key),
      onEnd: (reason) => {
        this.tell(exchange, outcomeOf(reason));
        return bill.settled;
      },
    });
    const response = await failover.run();
    // Of a stream this is not over yet: its pump waits for it at the end.
    await bill.settled;
    return response;
  }

  /** A request is over: what was held for it is settled. */
  tell(exchange: Exchange, outcome: Outcome): void {
    const charge = exchange.bill?.settle(outcome);
    this.#options.events.requestFinished(exchange.finished(outcome, charge));
  }

  #unread(exchange: Exchange, cause: unknown): never {
    this.#options.events.fault('a key could not be looked up', cause, exchange.requestId);
    throw new ApiError('service_unavailable', 'The keys cannot be read at the moment', { cause, retryAfterS: 1 });
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

function findModel(id: string, { catalogue, orchestra }: Graph): Model | undefined {
  return orchestra.answersTo(id) ? orchestra.model : catalogue.find(id);
}

/** A request as the planner sees it. */
function routed(request: Request, exchange: Exchange, facts: RequestFacts, model: Model): Routed {
  return { headers: request.headers, shape: exchange.shape, keyId: exchange.principal?.keyId ?? '', facts, model };
}

export function unknownModel(id: string, shape: Shape): ApiError {
  const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id;
  const message =
    shape === 'anthropic'
      ? `${shown} is not a model of this gateway; GET /v1/models lists them`
      : `The model ${shown} does not exist here; GET /v1/models lists those that do`;
  return new ApiError('model_not_found', message, { param: 'model' });
}
