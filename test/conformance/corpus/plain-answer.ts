/** A recording as whoever reads it by eye understands it: JSON.parse and plain loops, none of the product's code. */
import { createParser } from 'eventsource-parser';
import type { AccumulatedUsage, JsonObject } from '../../support/accumulate/answer.ts';

export interface PlainCall {
  readonly id: string;
  readonly name: string;
  args: string;
}

export interface PlainAnswer {
  text: string;
  reasoning: string;
  readonly calls: PlainCall[];
  /** As the vendor wrote it. */
  stop: string | undefined;
  stopSequence: string | undefined;
  usage: AccumulatedUsage | undefined;
  refusal: string;
  /** It says itself that it failed, or ends before its end. */
  failed: boolean;
}

export function nothing(): PlainAnswer {
  return {
    text: '',
    reasoning: '',
    calls: [],
    stop: undefined,
    stopSequence: undefined,
    usage: undefined,
    refusal: '',
    failed: false,
  };
}

export interface PlainEvent {
  readonly event: string | undefined;
  readonly data: string;
  /** Undefined: no JSON object. */
  readonly json: JsonObject | undefined;
}

/** All events of a stream; a last one without its blank line too. */
export function plainEvents(text: string): PlainEvent[] {
  const events: PlainEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ event: event || undefined, data, json: parseObject(data) }),
  });
  parser.feed(`${text}\n\n`);
  return events;
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
