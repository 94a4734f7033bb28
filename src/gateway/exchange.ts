import { V7Generator } from 'uuidv7';
import type { Principal } from '../accounts/keys/keyring.ts';
import { limitHeaders } from '../accounts/limits/headers.ts';
import type { Admission } from '../accounts/limits/ports.ts';
import type { ApiError } from '../protocol/api-error.ts';
import { JSON_TYPE, renderError } from '../protocol/render-error.ts';
import type { Shape } from '../protocol/shape.ts';
import type { LimitDenied, LostTry, RequestFinished, TraceContext } from '../telemetry/events.ts';
import type { Bill } from './billing/bill.ts';
import { type Charge, NOTHING } from './billing/charge.ts';
import type { Decision } from './orchestra/decision.ts';
import { decisionHeader } from './orchestra/routing.ts';
import type { Outcome } from './outcome.ts';
import type { Tried } from './attempts/tried.ts';

const ids = new V7Generator();
const NONE_LOST: readonly LostTry[] = [];

/** `req_th_` + a time-sortable id. */
export function mintRequestId(): string {
  return `req_th_${ids.generate().toHex()}`;
}

/** One request on its way: what is known of it so far, and the headers and the event that come of it. */
export class Exchange {
  readonly requestId = mintRequestId();
  readonly startedMs = performance.now();
  readonly method: string;
  readonly route: string;
  readonly shape: Shape;

  principal: Principal | undefined;
  /** Where the caller stands with its limits. */
  admission: Admission | undefined;
  /** What is held for it; undefined until it was admitted. */
  bill: Bill | undefined;
  model: string | undefined;
  stream = false;
  /** Requests that were sent to upstreams. */
  attempts = 0;
  /** The one the client is told of: under way, answered, or the failure that is worth telling. */
  tried: Tried | undefined;
  /** When the body was there, on the clock of `startedMs`. */
  bodyReadMs = 0;
  /** When the first of them left. */
  firstSentMs: number | undefined;
  /** When all of a JSON answer was there. */
  answerReadMs: number | undefined;
  /** Undefined where nobody traces. */
  trace: TraceContext | undefined;
  /** What came of those that were not the answer; what they used is the operator's, never the client's to pay. */
  lost: readonly LostTry[] = NONE_LOST;
  /** What th-orchestra decided before any try. */
  decision: Decision | undefined;
  /** What is told of steering where nothing was added; `off`: th-orchestra was asked not to. */
  unsteered: 'off' | 'none' = 'none';
  /** Whether the whole answer came: nothing failed, nothing is missing at its end. */
  isWhole = false;
  /** Id of the request whose answer this one got again. */
  replayOf: string | undefined;
  bytesIn = 0;
  bytesOut = 0;
  status = 0;
  error: ApiError | undefined;
  keyFault: string | undefined;

  constructor(method: string, route: string, shape: Shape) {
    this.method = method;
    this.route = route;
    this.shape = shape;
  }

  /** Headers of every answer, errors included. */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {
      'x-th-request-id': this.requestId,
      'x-request-id': this.requestId,
      'request-id': this.requestId,
      'x-th-steering-applied': this.steering,
    };
    if (this.shape === 'openai') headers['openai-version'] = '2020-10-01';
    const { tried } = this;
    if (tried !== undefined) {
      headers['x-th-provider'] = headerText(tried.target.provider.name);
      headers['x-th-upstream-model'] = headerText(tried.target.model);
      headers['x-th-attempts'] = String(this.attempts);
      if (tried.passthrough) headers['x-th-passthrough'] = 'exact';
      if (tried.promptDigest !== undefined) headers['x-th-prompt-digest'] = tried.promptDigest;
      const warnings = tried.warnings?.toHeader();
      if (warnings !== undefined) headers['x-th-transcode-warnings'] = warnings;
    }
    const decision = tried?.decision ?? this.decision;
    if (decision !== undefined) headers['x-th-route-decision'] = decisionHeader(decision);
    if (this.admission !== undefined) Object.assign(headers, limitHeaders(this.shape, this.admission, Date.now()));
    return headers;
  }

  /** What was added to the prompt: a directive's name, `off` or `none`. */
  get steering(): string {
    return this.tried?.steered?.name ?? this.unsteered;
  }

  /** Nothing of a try will go to the client: what it used is no longer the request's own. */
  lose(tried: Tried, errorCode: string, mayCost: boolean, tookMs: number): void {
    if (tried.isLost) return;
    tried.isLost = true;
    const { provider, model: upstreamModel, price } = tried.target;
    const { told, spanId } = tried;
    const startedMs = tried.startedMs - this.startedMs;
    // Of one that said nothing, not even what it used, an estimate would tell a cost that nobody has.
    const mayHaveUsed = told !== undefined && (told.hasOutput || told.reported !== undefined || mayCost);
    const usage = mayHaveUsed ? told.usage : undefined;
    const names = { provider: provider.name, upstreamModel, errorCode, spanId };
    this.lost = [...this.lost, { ...names, startedMs, tookMs, usage, price, mayCost }];
    tried.told = undefined;
  }

  /** An answer of the gateway's own. */
  json(body: Record<string, unknown>, status = 200): Response {
    return this.text(JSON.stringify(body), JSON_TYPE, {}, status);
  }

  /** The same of another media type, with headers beside those of every answer. */
  text(body: string, type: string, headers: Readonly<Record<string, string>> = {}, status = 200): Response {
    this.status = status;
    this.bytesOut = Buffer.byteLength(body);
    return new Response(body, { status, headers: { ...headers, ...this.headers(), 'content-type': type } });
  }

  /** What the client was told went wrong, with a status or within its stream. */
  get failure(): ApiError | undefined {
    return this.error ?? this.tried?.told?.error;
  }

  /** The answer that tells an error in the client's shape. */
  refuse(error: ApiError): Response {
    this.error = error;
    const rendered = renderError(this.shape, error, this.requestId);
    this.status = rendered.status;
    this.bytesOut = Buffer.byteLength(rendered.body);
    return new Response(rendered.body, {
      status: rendered.status,
      headers: { ...this.headers(), ...rendered.headers },
    });
  }

  /** What is left of its time without the waits: for its body, and for upstreams. */
  #overheadMs(endMs: number): number | undefined {
    if (this.firstSentMs === undefined) return undefined;
    const before = this.firstSentMs - this.bodyReadMs;
    return this.answerReadMs === undefined ? before : before + endMs - this.answerReadMs;
  }

  get #denied(): LimitDenied | undefined {
    const { admission, error } = this;
    if (admission?.outcome === 'denied') return admission.by.kind;
    if (admission?.outcome === 'unavailable') return 'unavailable';
    return error?.code === 'insufficient_quota' ? 'budget' : undefined;
  }

  /** `charge`: what it came to; undefined where nothing was held for it. */
  finished(outcome: Outcome, charge: Charge | undefined): RequestFinished {
    const { tried } = this;
    const told = tried?.told;
    const decision = tried?.decision ?? this.decision;
    const endMs = performance.now();
    // Of a failure without an answer there is nothing to tell.
    const used = charge === NOTHING ? undefined : charge;
    return {
      at: Date.now(),
      settled: charge !== undefined,
      requestId: this.requestId,
      method: this.method,
      route: this.route,
      shape: this.shape,
      status: this.status,
      outcome,
      keyId: this.principal?.keyId,
      account: this.principal?.account,
      model: decision?.model ?? this.model,
      provider: tried?.target.provider.name,
      upstreamModel: tried?.target.model,
      stream: this.stream,
      attempts: this.attempts,
      lost: this.lost,
      usage: used?.usage,
      costNano: used?.costNano,
      steeringTokens: used?.steeringTokens ?? 0,
      usageEstimated: used?.estimated ?? false,
      decision,
      steering: this.steering,
      warnings: tried?.warnings?.list ?? [],
      oddities: told?.oddities.toJson(),
      finishReason: told?.finishReason,
      price: tried?.target.price,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      durationMs: endMs - this.startedMs,
      firstByteMs: tried?.firstByteMs,
      firstContentMs: tried?.firstContentMs,
      tryStartedMs: tried && tried.startedMs - this.startedMs,
      overheadMs: this.#overheadMs(endMs),
      denied: this.#denied,
      trace: this.trace && { context: this.trace, tryId: tried?.spanId },
      errorCode: this.failure?.code,
      keyFault: this.keyFault,
      replayOf: this.replayOf,
    };
  }
}

/** Header values are bytes 0x20…0x7e; a model id may be any text. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
