import { randomBytes } from 'node:crypto';
import { createKeyring } from '../accounts/keys/keyring.ts';
import type { Stores } from '../accounts/store/ports.ts';
import type { Config } from '../config/config.ts';
import { Admissions } from '../gateway/billing/admissions.ts';
import { Crossings } from '../gateway/crossings.ts';
import { Idempotency } from '../gateway/idempotency/idempotency.ts';
import { MemoryReplayStore } from '../gateway/idempotency/memory-store.ts';
import { InputEstimates } from '../gateway/input-estimate.ts';
import { createSealer } from '../gateway/reasoning/seal.ts';
import { createSigner } from '../gateway/reasoning/signature.ts';
import { TurnMemory } from '../gateway/reasoning/turn-store.ts';
import { type Graph, Relay } from '../gateway/relay.ts';
import { Health } from '../gateway/routing/health-registry.ts';
import { Planner } from '../gateway/routing/plan.ts';
import { Sessions } from '../gateway/routing/session-memory.ts';
import { Ticker } from '../gateway/ticker.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Events } from '../telemetry/events.ts';
import type { MetricSources } from '../telemetry/metrics/sources.ts';
import type { Accounting } from './accounting.ts';
import { Aftermath } from './aftermath.ts';
import { breakerStandings } from './breaker-standings.ts';
import { type BeginTrace, createDataApp } from './data.ts';
import { dataRoutes } from './data-routes.ts';
import type { GatewayView } from './gateway-view.ts';
import { buildGraph, type Identity } from './graph.ts';
import { keyUsage } from './key-usage.ts';
import type { Listener } from './runtime/listener.ts';
import { RedisReplayStore } from './replays/redis-store.ts';
import { loadListen } from './runtime/select.ts';
import { removeStaleSocket } from './runtime/stale-socket.ts';
import { type TrustsProxy, trustedProxies } from './trusted-proxies.ts';
import { watchEnd } from './watch-end.ts';

/** While a request has not arrived whole, a connection may be quiet this long: bounds slow headers and slow bodies. */
const IDLE_TIMEOUT_S = 30;

export interface GatewayServerOptions {
  readonly config: Config;
  readonly stores: Stores;
  readonly accounting: Accounting;
  readonly events: Events;
  readonly version: string;
  /** 32 bytes, the same for every process on the store: signs and seals the reasoning that clients bring back. */
  readonly reasoningSecret: Uint8Array;
  /** Gives a request its place in a trace; left out: nothing is traced. */
  readonly beginTrace?: BeginTrace | undefined;
}

/** A running gateway: its listeners, and what the process's signals may ask of it. */
export class GatewayServer {
  readonly #options: GatewayServerOptions;
  readonly #identity: Identity;
  readonly #relay: Relay;
  readonly #keyring;
  readonly #onUseUnwritten: (error: unknown) => void;
  readonly #aftermath: Aftermath;
  readonly #health = new Health();
  readonly #idempotency: Idempotency;
  readonly #replays: RedisReplayStore | undefined;
  #config: Config;
  #graph: Graph;
  #trusts: TrustsProxy;
  #loadedAtMs = Date.now();
  #draining = false;
  /** Resolved when connections that are still open are closed, whatever they carry. */
  readonly #cut = Promise.withResolvers<void>();
  #listener: Listener | undefined;
  #handle: (request: Request) => Promise<Response> = () => Promise.reject(new Error('not started'));
  /** Answers that go out by no connection of the data listener's, until they end. */
  readonly #unconnected = new Set<Promise<void>>();

  constructor(options: GatewayServerOptions) {
    this.#options = options;
    const { stores, accounting, events, version } = options;
    this.#identity = {
      userAgent: `tokenharbor/${version}`,
      via: `1.1 tokenharbor-${randomBytes(6).toString('hex')}`,
    };
    this.#config = options.config;
    this.#graph = buildGraph(options.config, this.#identity, this.#health);
    this.#trusts = trustedProxies(options.config.server.trustedProxies);
    this.#onUseUnwritten = (error) => events.fault('the times of last use could not be written', error);
    this.#keyring = createKeyring({
      store: stores.keys,
      accounts: stores.accounts,
      now: Date.now,
      onFlushError: this.#onUseUnwritten,
    });
    accounting.revocations.subscribe((keyId) => this.#keyring.forget(keyId));
    this.#aftermath = new Aftermath({
      log: (event) => events.requestFinished(event),
      onError: (error) => events.fault('a finished request could not be logged', error),
    });
    const ticker = new Ticker();
    const estimates = new InputEstimates();
    const now = () => performance.now();
    const replayLimits = () => this.#graph.replay;
    const memory = new MemoryReplayStore({ now, limits: replayLimits });
    const { redis } = accounting;
    this.#replays =
      redis &&
      new RedisReplayStore({
        link: redis,
        limits: replayLimits,
        fallback: options.config.limits.onFailure === 'local' ? memory : undefined,
      });
    this.#idempotency = new Idempotency({
      store: this.#replays ?? memory,
      sealer: createSealer(options.reasoningSecret, 'kept answers'),
      ticker,
      limits: replayLimits,
      onFault: (what, cause, requestId) => events.fault(what, cause, requestId),
    });
    this.#relay = new Relay({
      keys: this.#keyring,
      admissions: new Admissions({
        limiter: accounting.limiter,
        ledger: accounting.ledger,
        estimates,
        onFault: (what, cause, requestId) => events.fault(what, cause, requestId),
      }),
      graph: () => this.#graph,
      ticker,
      crossings: new Crossings({
        signer: createSigner(options.reasoningSecret),
        turns: new TurnMemory({ sealer: createSealer(options.reasoningSecret), now }),
        estimates,
      }),
      planner: new Planner({
        sessions: new Sessions(),
        estimates,
        now: () => ticker.time(),
        random: Math.random,
      }),
      idempotency: this.#idempotency,
      random: Math.random,
      events: {
        requestFinished: (event) => this.#aftermath.add(event),
        fault: (what, cause, requestId) => events.fault(what, cause, requestId),
      },
      via: this.#identity.via,
      holdOpen: (request) => this.#listener?.holdOpen(request),
    });
  }

  /** Begins to listen; returns the address. */
  async start(): Promise<string> {
    const listen = await loadListen();
    const routes = dataRoutes({
      relay: this.#relay,
      catalogue: () => this.#graph.catalogue,
      orchestra: () => this.#graph.orchestra,
      sinceMs: () => this.#loadedAtMs,
      usageOf: (principal) => keyUsage(this.#options.stores, principal),
      ready: () => this.ready(),
      docs: () => this.#config.docs,
      arrival: (request) => ({ peer: this.#listener?.peerOf(request), trusts: this.#trusts }),
    });
    const { listen: at, server } = this.#options.config;
    if (at.kind === 'unix') await removeStaleSocket(at.path);
    this.#handle = createDataApp(routes, this.#relay, this.#options.beginTrace);
    this.#listener = listen({
      listen: at,
      handle: this.#handle,
      idleTimeoutS: IDLE_TIMEOUT_S,
      isShared: server.workers > 1,
    });
    // Not before the first answers: whoever has just started it waits for them.
    setTimeout(() => this.#graph.orchestra.prepare(), PREPARE_AFTER_MS).unref();
    return this.#listener.url;
  }

  /** Answers a request of the data listener's that comes by no connection of its. It keeps a stop waiting like any other. */
  async answer(request: Request): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unconnected.add(promise);
    const end = () => {
      this.#unconnected.delete(promise);
      resolve();
    };
    try {
      if (this.#draining) throw new ApiError('service_unavailable', 'The gateway is shutting down', { retryAfterS: 1 });
      return watchEnd(await this.#handle(request), end);
    } catch (cause) {
      end();
      throw cause;
    }
  }

  /** Takes over a configuration for the requests to come. */
  reload(config: Config): void {
    this.#graph = buildGraph(config, this.#identity, this.#health);
    this.#trusts = trustedProxies(config.server.trustedProxies);
    this.#config = config;
    this.#loadedAtMs = Date.now();
  }

  /** Refuses new connections, lets what is in flight finish until `timeoutMs`, ends the rest with their shape's error. */
  async stop(timeoutMs: number): Promise<void> {
    this.#draining = true;
    const listener = this.#listener;
    if (listener === undefined) return;
    const timer = setTimeout(() => this.interrupt(), timeoutMs);
    await Promise.race([Promise.all([listener.drain(), ...this.#unconnected]), this.#cut.promise]);
    clearTimeout(timer);
    await listener.close();
    await this.#idempotency.abandon();
    this.#replays?.close();
    this.#aftermath.close();
    // A lost one is harmless, and no reason to leave the rest of the stop undone.
    await this.#keyring.close().catch(this.#onUseUnwritten);
  }

  /** Ends what is in flight now, each request with its shape's error, and soon every connection. */
  interrupt(): void {
    this.#relay.interrupt(new ApiError('service_unavailable', 'The gateway is shutting down', { retryAfterS: 1 }));
    setTimeout(this.#cut.resolve, GRACE_MS);
  }

  /** What metrics are made of when they are asked for. */
  get sources(): MetricSources {
    return {
      streamsInFlight: () => this.#relay.load.streams,
      upstreamRequests: () => this.#relay.load.upstreamRequests,
      breakers: () => breakerStandings(this.#graph.catalogue, performance.now()),
      ledger: () => this.#options.accounting.ledger.state(),
    };
  }

  /** As it is for the requests to come. */
  get view(): GatewayView {
    const { catalogue, orchestra } = this.#graph;
    return { config: this.#config, catalogue, orchestra, isDraining: this.#draining };
  }

  /** Where a request would go, and why; nothing is sent. Rejects with the error its client would get. */
  whatIf(request: Request, shape?: Shape): Promise<Record<string, unknown>> {
    return this.#relay.whatIf(request, shape);
  }

  /** The catalogue's own id of a model as a client named it. */
  configuredModel(id: string): string | undefined {
    return this.#graph.catalogue.configuredId(id);
  }

  /** Whether new requests are welcome: not while starting, while draining, or while one of the stores fails. */
  async ready(): Promise<boolean> {
    return !this.#draining && this.#listener !== undefined && (await this.isHealthy());
  }

  /** Whether the process does its work, be it that of a stop: the stores answer, and the ledger can be written. */
  async isHealthy(): Promise<boolean> {
    try {
      await this.#options.stores.keys.findById('key_readiness');
      // Its failure was told when it began.
      return this.#options.accounting.ledger.state().failure === undefined;
    } catch (error) {
      this.#options.events.fault('the key store cannot be read', error);
      return false;
    }
  }
}

/** By then a start is over. */
const PREPARE_AFTER_MS = 1000;

/** What interrupted requests get to write their last bytes. */
const GRACE_MS = 1000;
