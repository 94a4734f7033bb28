import type { Outcome } from '../gateway/outcome.ts';
import type { Decision } from '../gateway/orchestra/decision.ts';
import type { Price } from '../accounts/pricing.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Usage } from '../protocol/usage.ts';

/** A request to an upstream that came to nothing: another one was asked, or the client was told an error. */
export interface LostTry {
  readonly provider: string;
  readonly upstreamModel: string;
  /** The gateway's own code for what went wrong. */
  readonly errorCode: string;
  /** From the client's request to when this one was begun. */
  readonly startedMs: number;
  readonly tookMs: number;
  /** What the upstream reported before it failed. Nobody pays for it but the operator. */
  readonly usage: Usage | undefined;
  readonly price: Price | undefined;
  /** Whether the upstream may have done the work, and charge for it, although nothing of it came. */
  readonly mayCost: boolean;
  /** Of its span in the trace, where the upstream was told it. */
  readonly spanId: string | undefined;
}

/** `unavailable`: limits could not be looked up. */
export type LimitDenied = 'requests' | 'tokens' | 'concurrency' | 'budget' | 'unavailable';

/** A request's place in a trace, from the time it came in. Ids are lower-case hex digits. */
export interface TraceContext {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits, of the request's own span. */
  readonly spanId: string;
  /** Undefined: the trace begins here. */
  readonly parentId: string | undefined;
  readonly isSampled: boolean;
  /** The client's `tracestate`. */
  readonly state: string | undefined;
}

/** What is known of a traced request when it is over. */
export interface RequestTrace {
  readonly context: TraceContext;
  /** Of the span of the try it is told by, where the upstream was told it. */
  readonly tryId: string | undefined;
}

/**
 * What is said of one request when it is over. This is the allow-list: nothing else of a request can reach a log or a
 * metric, so no prompt, answer, key or header can either.
 */
export interface RequestFinished {
  /** When it was over, Unix milliseconds. */
  readonly at: number;
  /** Whether something was held for it, so that it has an entry in the ledger. */
  readonly settled: boolean;
  readonly requestId: string;
  readonly method: string;
  /** The route's own path, not what the client typed. */
  readonly route: string;
  readonly shape: Shape;
  readonly status: number;
  readonly outcome: Outcome;
  readonly keyId: string | undefined;
  readonly account: string | undefined;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly upstreamModel: string | undefined;
  readonly stream: boolean;
  /** Requests sent to upstreams; the last one is told by `provider` and `upstreamModel` where it was answered. */
  readonly attempts: number;
  readonly lost: readonly LostTry[];
  /** What the key pays for. */
  readonly usage: Usage | undefined;
  /** What the key pays, in nano-dollars. */
  readonly costNano: bigint | undefined;
  /** Input tokens that the gateway added to the prompt; not among `usage`. */
  readonly steeringTokens: number;
  /** Whether the usage is the gateway's own count, because the upstream told none. */
  readonly usageEstimated: boolean;
  /** What th-orchestra decided; `model` is then the model it chose. */
  readonly decision: Decision | undefined;
  /** What was added to the prompt: a directive's name, `off` or `none`. */
  readonly steering: string;
  /** What of the request could not cross to the upstream's shape as it was: stable codes with paths. */
  readonly warnings: readonly string[];
  /** What of the upstream's answer was repaired or left out, counted by kind. */
  readonly oddities: Readonly<Record<string, number>> | undefined;
  /** Why the answer ended, in the upstream's words. */
  readonly finishReason: string | undefined;
  readonly price: Price | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
  /** From the request to the first byte of the answer. */
  readonly firstByteMs: number | undefined;
  /** From the request to the first content of a stream. */
  readonly firstContentMs: number | undefined;
  /** From the request to when the try was begun that it is told by. */
  readonly tryStartedMs: number | undefined;
  /** The gateway's own share of `durationMs`; undefined where no upstream was asked. */
  readonly overheadMs: number | undefined;
  /** Which limit it was refused for. */
  readonly denied: LimitDenied | undefined;
  /** Of a request that is traced. */
  readonly trace: RequestTrace | undefined;
  /** The gateway's own code for what went wrong. */
  readonly errorCode: string | undefined;
  /** Why a key was refused: `truncated`, `revoked`, … */
  readonly keyFault: string | undefined;
  /** Id of the request whose answer was sent again, unbilled. */
  readonly replayOf: string | undefined;
}

/** What the gateway tells the outside. Implementations must not throw and must not block. */
export interface Events {
  requestFinished(event: RequestFinished): void;
  /** A failure that no request can be blamed for, or that its client cannot be told. */
  fault(what: string, cause: unknown, requestId?: string): void;
  /** Something the operator may want to know, and need not do anything about. */
  notice(what: string): void;
}
