import { valueOf } from '../../json/members.ts';
import type { ObjectScan } from '../../json/scan.ts';
import type { AnthropicToldUsage } from '../told-usage.ts';

/** What an upstream tells of its answer's end: why it stopped, and what it counted. */
export class StreamEnding {
  /** Undefined until the upstream has said why it stopped. */
  reason: string | undefined;
  details: unknown;
  readonly #told: AnthropicToldUsage;

  constructor(told: AnthropicToldUsage) {
    this.#told = told;
  }

  /** The counts within `message_start`. */
  readCounts(bytes: Uint8Array, message: ObjectScan): void {
    this.#told.read(valueOf(bytes, message, 'usage'), true);
  }

  /** The end of an answer that was whole at once: its start tells it. */
  readMessage(bytes: Uint8Array, message: ObjectScan): void {
    this.#take(valueOf(bytes, message, 'stop_reason'), valueOf(bytes, message, 'stop_details'));
    if (this.reason !== undefined) this.#told.read(valueOf(bytes, message, 'usage'), false);
  }

  /** `message_delta`. */
  readDelta(bytes: Uint8Array, event: ObjectScan): void {
    this.#told.read(valueOf(bytes, event, 'usage'), false);
    const delta = valueOf(bytes, event, 'delta') as
      { stop_reason?: unknown; stop_details?: unknown } | null | undefined;
    this.#take(delta?.stop_reason, delta?.stop_details);
  }

  #take(reason: unknown, details: unknown): void {
    if (typeof reason === 'string') this.reason = reason;
    this.details = details ?? this.details;
  }
}
