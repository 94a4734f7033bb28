/** The configuration as the rest of the program sees it: complete, parsed into numbers, frozen. */

import type { DialectFacts } from './schema-dialect.ts';

export type Shape = 'openai' | 'anthropic';

export interface Config {
  readonly listen: Listen;
  /** Absent: no admin listener is opened. */
  readonly adminListen?: Listen;
  /** Names the admin listener may be called by, in lower case. */
  readonly adminHosts: readonly string[];
  readonly dataDir: string;
  /** `postgres://…`; absent: SQLite in `dataDir`. */
  readonly database?: string;
  /** `redis://…`; absent: limits are kept in this process. */
  readonly redis?: string;
  readonly limits: { readonly onFailure: OnFailure; readonly timeoutMs: number };
  readonly log: { readonly level: LogLevel; readonly bodies: boolean };
  /** Where traces and metrics are sent; absent: nowhere. */
  readonly otlp?: OtlpConfig;
  readonly server: ServerConfig;
  readonly providers: readonly ProviderConfig[];
  readonly models: readonly ModelConfig[];
  readonly orchestra: OrchestraConfig;
  readonly retry: { readonly attempts: number; readonly budget: number };
  /** Of answers kept for requests that are sent again. */
  readonly idempotency: { readonly ttlMs: number; readonly memoryBytes: number };
  /** What `GET /docs` tells, and whether it is there. */
  readonly docs: DocsConfig;
  /** `verifyEveryMs`: 0: never. */
  readonly ledger: { readonly verifyEveryMs: number };
  /** Where each value came from, by its path in the file: `server.max_body`, `providers.mine.base_url`. */
  readonly origins: Readonly<Record<string, Origin>>;
}

export interface DocsConfig {
  readonly enabled: boolean;
  /** Who sees the models: the holder of a key, or everybody. */
  readonly models: 'key' | 'open';
}

/** What holds while `redis` does not answer. */
export type OnFailure = 'local' | 'closed';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
export type PoolName = 'planner' | 'coder' | 'summarizer' | 'reviewer' | 'chat' | 'vision';

export interface OrchestraConfig {
  /** Model ids; a pool that is left out, or empty, has none. */
  readonly pools: Readonly<Partial<Record<PoolName, readonly string[]>>>;
  /** 0: always the cheapest of a pool; 1: always the best. */
  readonly quality: number;
}

export type Listen =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string };

export interface OtlpConfig {
  /** No trailing slash; `/v1/traces` and `/v1/metrics` lie below it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly traces: boolean;
  readonly metrics: boolean;
  /** The share of traces that is sent, from 0 to 1. */
  readonly sample: number;
  readonly intervalMs: number;
  readonly serviceName: string;
  /** More attributes of the resource. */
  readonly resource: Readonly<Record<string, string>>;
}

export interface ServerConfig {
  readonly maxBodyBytes: number;
  /** 0: no heartbeat. */
  readonly heartbeatMs: number;
  readonly drainTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** Processes that share the address. */
  readonly workers: number;
  /** Addresses and CIDR ranges whose `x-forwarded-proto` is believed. */
  readonly trustedProxies: readonly string[];
}

export interface ProviderConfig {
  readonly name: string;
  readonly preset?: string;
  /** `demo` answers in this process, without a network; `http` is everything else. */
  readonly kind: 'http' | 'demo';
  /** What it speaks natively: one shape over HTTP, both for the demo. */
  readonly shapes: readonly Shape[];
  /** No trailing slash; empty for the demo. */
  readonly baseUrl: string;
  /** Used in turn; empty when the provider takes none (then `dialect.auth` is `none`). */
  readonly apiKeys: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly timeouts: {
    readonly connectMs: number;
    readonly firstByteMs: number;
    readonly idleMs: number;
    readonly totalMs: number;
  };
  readonly dialect: Dialect;
  /** Whether the server is told the trace of a request. */
  readonly traceContext: boolean;
  /** The preset whose list prices hold for what the file prices nowhere. */
  readonly priceList?: string;
  /** Pause between two pieces of a demo answer. */
  readonly paceMs: number;
}

export type Auth = 'bearer' | 'x-api-key' | 'api-key' | 'none';

/** How one upstream differs from the shape it speaks: only what somebody said. */
export interface Dialect {
  readonly auth: Auth;
  /** What the preset knows of the vendor. */
  readonly known: DialectFacts;
  /** What the preset knows of some of the vendor's models, by a glob on their ids; the later stand above the earlier. */
  readonly knownModels: readonly ModelDialect[];
  /** What the file says: stands above all that is known. */
  readonly written: DialectFacts;
}

export interface ModelDialect {
  readonly match: string;
  readonly facts: DialectFacts;
}

export interface ModelConfig {
  /** Exact, or a glob with one `*`. */
  readonly id: string;
  /** Set on an alias: the id it stands for. */
  readonly aliasOf?: string;
  /** In the order of the file; `priority` ascending is the order they are tried in. */
  readonly targets: readonly TargetConfig[];
  /** How targets of one priority are chosen among. */
  readonly policy: Policy;
  /** Whether another target is asked as well when the first takes long. */
  readonly hedge: boolean;
  readonly price?: PriceConfig;
  readonly context?: number;
  readonly maxOutput?: number;
  readonly tools?: boolean;
  readonly vision?: boolean;
  /** Stands above what its providers say. */
  readonly dialect?: DialectFacts;
}

export type Policy = 'weight' | 'latency' | 'cost';

export interface TargetConfig {
  readonly provider: string;
  /** May hold one `*`, which takes what the glob of the id matched. */
  readonly model: string;
  readonly weight: number;
  /** Set where the file names the weight: without any, shares among equals are nobody's wish. */
  readonly hasWeight?: true;
  readonly priority: number;
  /** Of what is served here, where it is not the model's. */
  readonly price?: PriceConfig;
  /** Stands above all else. */
  readonly dialect?: DialectFacts;
}

/** Nano-dollars per million tokens, but for `webSearch` and `request`: nano-dollars each. */
export interface PriceConfig {
  /** What was not cached. */
  readonly input: bigint;
  /** What was not reasoning. */
  readonly output: bigint;
  readonly cacheRead: bigint;
  /** To be kept for five minutes. */
  readonly cacheWrite: bigint;
  /** To be kept for an hour. */
  readonly cacheWrite1h: bigint;
  readonly reasoning: bigint;
  readonly webSearch: bigint;
  readonly request: bigint;
}

export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'built-in' }
  /** `asOf`: of a list price, `2026-11-19`. */
  | { readonly kind: 'preset'; readonly name: string; readonly asOf?: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string };

/** `file.yaml:12`, `environment TOKENHARBOR_LISTEN`, `flag --listen`, `preset openai`, `preset openai, as of 2026-11-19`, `default`, `built in`. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'built-in':
      return 'built in';
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'preset':
      return `preset ${origin.name}${origin.asOf === undefined ? '' : `, as of ${origin.asOf}`}`;
    case 'environment':
    case 'flag':
      return `${origin.kind} ${origin.name}`;
  }
}
