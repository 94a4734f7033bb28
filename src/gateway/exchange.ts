import { V7Generator } from 'uuidv7';
import type { Principal } from '../accounts/keys/keyring.ts';
import type { Price } from '../accounts/pricing.ts';
import { costNano } from '../accounts/pricing.ts';
import type { ApiError } from '../protocol/api-error.ts';
import { JSON_TYPE, renderError } from '../protocol/render-error.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Steered } from '../protocol/steer/steer.ts';
import type { Oddities } from '../protocol/transcode/oddities.ts';
import type { Warnings } from '../protocol/transcode/warnings.ts';
import type { Usage } from '../protocol/usage.ts';
import type { LostTry, RequestFinished } from '../telemetry/events.ts';
import type { Decision } from './orchestra/decision.ts';
import { decisionHeader, type Routing } from './orchestra/routing.ts';
import { withoutSteering } from './orchestra/without-steering.ts';
import type { Outcome } from './outcome.ts';
import type { Target } from './routing/catalogue.ts';

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
  model: string | undefined;
  price: Price | undefined;
  provider: string | undefined;
  upstreamModel: string | undefined;
  stream = false;
  /** Requests that were sent to upstreams. */
  attempts = 0;
  /** What came of those that were not the answer; what they used is the operator's, never the client's to pay. */
  lost: readonly LostTry[] = NONE_LOST;
  usage: Usage | undefined;
  /** Whether `usage` is the gateway's own count. */
  usageEstimated = false;
  /** What of the request could not cross as it was. */
  warnings: Warnings | undefined;
  /** What of the answer had to be repaired. */
  oddities: Oddities | undefined;
  /** Whether the upstream got `system` and `messages` byte for byte as the client sent them. */
  passthrough = false;
  /** What th-orchestra decided, as it stands for the present try. */
  decision: Decision | undefined;
  /** What was added to the prompt: a directive's name, `off` or `none`. */
  steering = 'none';
  /** Input tokens that were added with it; the key does not pay for them. */
  steeringTokens = 0;
  /** Of `system` and `messages` as the upstream got them, where the client asked for it. */
  promptDigest: string | undefined;
  bytesIn = 0;
  bytesOut = 0;
  status = 0;
  firstByteMs: number | undefined;
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
    if (this.provider !== undefined) {
      headers['x-th-provider'] = headerText(this.provider);
      headers['x-th-upstream-model'] = headerText(this.upstreamModel ?? '');
      headers['x-th-attempts'] = String(this.attempts);
      if (this.passthrough) headers['x-th-passthrough'] = 'exact';
      if (this.promptDigest !== undefined) headers['x-th-prompt-digest'] = this.promptDigest;
      const warnings = this.warnings?.toHeader();
      if (warnings !== undefined) headers['x-th-transcode-warnings'] = warnings;
    }
    if (this.decision !== undefined) headers['x-th-route-decision'] = decisionHeader(this.decision);
    return headers;
  }

  /** A routed request is about to be tried there. */
  follow(routing: Routing, target: Target, steered: Steered | undefined): void {
    this.decision = routing.decisionAt(target);
    this.model = this.decision.model;
    const added = steered === undefined ? undefined : routing.directive;
    this.steering = added?.name ?? routing.unsteered;
    this.steeringTokens = added?.tokens ?? 0;
  }

  /** What the key pays for: all that was used but what the gateway itself added. */
  get billed(): Usage | undefined {
    return this.usage === undefined || this.steeringTokens === 0
      ? this.usage
      : withoutSteering(this.usage, this.steeringTokens).usage;
  }

  /** A try failed before anything of it went to the client: what is known of it is no longer the request's own. */
  lose(error: ApiError, tookMs: number): void {
    const { provider = '', upstreamModel = '', usage, price } = this;
    const mayCost = error.failover === 'once';
    this.lost = [...this.lost, { provider, upstreamModel, errorCode: error.code, tookMs, usage, price, mayCost }];
    this.usage = this.oddities = this.error = undefined;
    this.usageEstimated = false;
  }

  /** An answer of the gateway's own. */
  json(body: Record<string, unknown>, status = 200): Response {
    const text = JSON.stringify(body);
    this.status = status;
    this.bytesOut = Buffer.byteLength(text);
    return new Response(text, { status, headers: { ...this.headers(), 'content-type': JSON_TYPE } });
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

  /** Nano-dollars; undefined where the model has no price or no usage is known. */
  get cost(): bigint | undefined {
    const { billed, price } = this;
    return price === undefined || billed === undefined ? undefined : costNano(billed, price);
  }

  finished(outcome: Outcome, settled: boolean): RequestFinished {
    return {
      at: Date.now(),
      settled,
      requestId: this.requestId,
      method: this.method,
      route: this.route,
      shape: this.shape,
      status: this.status,
      outcome,
      keyId: this.principal?.keyId,
      account: this.principal?.account,
      model: this.model,
      provider: this.provider,
      upstreamModel: this.upstreamModel,
      stream: this.stream,
      attempts: this.attempts,
      lost: this.lost,
      usage: this.billed,
      steeringTokens: this.steeringTokens,
      usageEstimated: this.usageEstimated,
      decision: this.decision,
      steering: this.steering,
      warnings: this.warnings?.list ?? [],
      oddities: this.oddities?.toJson(),
      price: this.price,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      durationMs: performance.now() - this.startedMs,
      firstByteMs: this.firstByteMs,
      errorCode: this.error?.code,
      keyFault: this.keyFault,
    };
  }
}

/** Header values are bytes 0x20…0x7e; a model id may be any text. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());
}
