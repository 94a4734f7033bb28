import { mergeAnthropicUsage } from '../../anthropic/usage.ts';
import { valueOf } from '../../json/members.ts';
import type { ObjectScan } from '../../json/scan.ts';
import type { Usage } from '../../usage.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { settleUsage } from './settle-usage.ts';

/** What an upstream tells of its answer's end: why it stopped, and what it counted. */
export class StreamEnding {
  usage: Usage | undefined;
  usageEstimated = false;
  /** Undefined until the upstream has said why it stopped. */
  reason: string | undefined;
  details: unknown;
  /** Whether the upstream said at the end how much it put out. */
  #outputTold = false;

  /** The counts within `message_start`. */
  readCounts(bytes: Uint8Array, message: ObjectScan): void {
    this.usage = mergeAnthropicUsage(this.usage, valueOf(bytes, message, 'usage'));
  }

  /** The end of an answer that was whole at once: its start tells it. */
  readMessage(bytes: Uint8Array, message: ObjectScan): void {
    this.#take(valueOf(bytes, message, 'stop_reason'), valueOf(bytes, message, 'stop_details'));
    if (this.reason !== undefined) this.#outputTold = this.usage !== undefined;
  }

  /** `message_delta`. */
  readDelta(bytes: Uint8Array, event: ObjectScan): void {
    const usage = valueOf(bytes, event, 'usage') as { output_tokens?: unknown } | null | undefined;
    this.usage = mergeAnthropicUsage(this.usage, usage);
    if (typeof usage?.output_tokens === 'number') this.#outputTold = true;
    const delta = valueOf(bytes, event, 'delta') as
      { stop_reason?: unknown; stop_details?: unknown } | null | undefined;
    this.#take(delta?.stop_reason, delta?.stop_details);
  }

  /** Completes what was not told by estimates, and gives what is charged. */
  settle(outputBytes: number, plan: AnswerPlan): Usage {
    const { usage, usageEstimated } = settleUsage(this.usage, this.#outputTold, outputBytes, plan);
    this.usage = usage;
    this.usageEstimated = usageEstimated;
    return usage;
  }

  #take(reason: unknown, details: unknown): void {
    if (typeof reason === 'string') this.reason = reason;
    this.details = details ?? this.details;
  }
}
