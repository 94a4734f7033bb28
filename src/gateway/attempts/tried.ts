import type { ApiError } from '../../protocol/api-error.ts';
import type { Oddities } from '../../protocol/transcode/oddities.ts';
import type { Ended, Used } from '../../protocol/transcode/used.ts';
import type { Warnings } from '../../protocol/transcode/warnings.ts';
import type { Attempt } from './attempt.ts';
import type { Decision } from '../orchestra/decision.ts';
import type { Directive } from '../orchestra/directives/directives.ts';
import type { Routing } from '../orchestra/routing.ts';
import type { Target } from '../routing/catalogue.ts';

/** What an answer tells of itself: a whole one, or a stream so far, which is asked anew each time. */
export interface Told extends Used, Ended {
  /** What of the answer had to be repaired. */
  readonly oddities: Oddities;
  /** Why a stream that has begun failed. */
  readonly error?: ApiError | undefined;
}

/**
 * One request to one target: where it went and what is known of it. Each try has a record of its own, because two may
 * be under way at once; the exchange is told by one of them.
 */
export class Tried {
  readonly target: Target;
  /** The position of the provider's key it is made with. */
  readonly key: number;
  /** Milliseconds on the ticker's clock. */
  readonly startedMs: number;
  /** Undefined until it was sent. */
  attempt: Attempt | undefined;
  /** What of the request could not cross as it was. */
  warnings: Warnings | undefined;
  /** Whether the upstream got `system` and `messages` byte for byte as the client sent them. */
  passthrough = false;
  /** Of `system` and `messages` as the upstream got them, where the client asked for it. */
  promptDigest: string | undefined;
  /** From the client's request to the upstream's status line. */
  firstByteMs: number | undefined;
  /** From the client's request to the first content of a stream. */
  firstContentMs: number | undefined;
  /** Of its span in a trace, where the upstream is told it. */
  spanId: string | undefined;
  told: Told | undefined;
  /** What th-orchestra decided, as it stands for this target. */
  decision: Decision | undefined;
  /** The directive that was added to the prompt. */
  steered: Directive | undefined;
  /** Whether nothing of it will go to the client. */
  isLost = false;

  constructor(target: Target, key: number, startedMs: number) {
    this.target = target;
    this.key = key;
    this.startedMs = startedMs;
  }

  /** Of a routed request. */
  follow(routing: Routing, isSteered: boolean): void {
    this.decision = routing.decisionAt(this.target);
    this.steered = isSteered ? routing.directive : undefined;
  }
}
