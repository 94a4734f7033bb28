import type { FinishReason } from '../stop-reason.ts';
import type { AnswerPlan } from './answer-plan.ts';

const encoder = new TextEncoder();

/** Bytes that stand before and behind a text (the inside of a string literal) in a client's chunk. */
export interface Surround {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** The chunks of one answer: all bear the same id, time and model. */
export class Chunks {
  readonly #open: string;
  readonly #usageMember: string;

  constructor(id: string, plan: AnswerPlan) {
    this.#open =
      `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${plan.createdS}` +
      `,"model":${JSON.stringify(plan.publicModel)}`;
    // Told as null all along, as OpenAI does where usage comes at the end.
    this.#usageMember = plan.includeUsage ? ',"usage":null' : '';
  }

  /** A chunk whose delta is this JSON object. */
  delta(json: string): Uint8Array<ArrayBuffer> {
    return encoder.encode(this.#choice(json, 'null'));
  }

  /** A chunk whose delta is a JSON object with one text left open, between its quotes. */
  around(before: string, after: string): Surround {
    const whole = this.#choice(`${before}\u0000${after}`, 'null');
    const at = whole.indexOf('\u0000');
    return { before: encoder.encode(whole.slice(0, at)), after: encoder.encode(whole.slice(at + 1)) };
  }

  finish(reason: FinishReason): Uint8Array<ArrayBuffer> {
    return encoder.encode(this.#choice('{}', `"${reason}"`));
  }

  /** The chunk behind the last: no choices, only the count. */
  usage(usage: string): Uint8Array<ArrayBuffer> {
    return encoder.encode(`${this.#open},"choices":[],"usage":${usage}}\n\n`);
  }

  #choice(delta: string, finishReason: string): string {
    return (
      `${this.#open},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finishReason}}]` +
      `${this.#usageMember}}\n\n`
    );
  }
}
