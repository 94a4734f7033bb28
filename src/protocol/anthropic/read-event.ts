import { ApiError } from '../api-error.ts';
import { internName } from '../json/names.ts';
import { findMember, isFault, type ObjectScan, scanObject } from '../json/scan.ts';
import { dataLines, type Frame } from '../sse/frame.ts';
import { isDone, isErrorEvent } from '../sse/marks.ts';
import { Noise, NOT_JSON } from '../sse/noise.ts';
import type { Oddities } from '../transcode/oddities.ts';
import { errorOfFault, parseUpstreamFault, readUpstreamFault } from '../transcode/upstream-error.ts';

const QUOTE = 0x22;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Takes the events of one Anthropic stream, in order. After a fault or its own end it has to ignore what comes. */
export interface EventSink {
  readonly oddities: Oddities;
  /** The event's JSON object lies in `bytes`, which are only lent. */
  onEvent(type: string, bytes: Uint8Array, event: ObjectScan): void;
  /** The upstream reported an error, or sends what is no stream of events. */
  onFault(error: ApiError): void;
}

/**
 * Reads frames of an Anthropic stream as vendors of that shape send them: with or without `event:` lines, with stray
 * `[DONE]` marks and comments, without blank lines between events, with an error as bare JSON.
 */
export class EventReader {
  readonly #sink: EventSink;
  readonly #redact: (text: string) => string;
  readonly #noise = new Noise();
  #unnamed = false;

  constructor(sink: EventSink, redact: (text: string) => string) {
    this.#sink = sink;
    this.#redact = redact;
  }

  /** `last`: the end of the stream cut the frame off, and it may be half of one. */
  read(bytes: Uint8Array, frame: Frame, sawCr: boolean, last: boolean): void {
    const isError = isErrorEvent(bytes, frame);
    if (frame.dataLines === 1) {
      if (this.#readData(bytes, frame.dataStart, frame.dataEnd, frame, isError)) return;
      const text = decoder.decode(bytes.slice(frame.dataStart, frame.dataEnd));
      if (isError) this.#fault(undefined, text);
      else if (!last && text.trim() !== '') this.#countMalformed();
    } else if (frame.dataLines > 1) this.#readLines(bytes, frame, sawCr, isError, last);
    else this.#readDataless(bytes, frame);
  }

  /** Several `data:` lines are one JSON text, or — from upstreams that forget blank lines — one event each. */
  #readLines(bytes: Uint8Array, frame: Frame, sawCr: boolean, isError: boolean, last: boolean): void {
    const lines = dataLines(bytes, frame, sawCr);
    const joined = encoder.encode(lines.join('\n'));
    if (this.#readData(joined, 0, joined.length, frame, isError)) return;
    if (isError) return this.#fault(undefined, lines.join('\n'));
    let any = false;
    for (const line of lines) {
      const one = encoder.encode(line);
      if (this.#readData(one, 0, one.length, frame, false)) any = true;
    }
    if (!any && !last) this.#countMalformed();
  }

  /** False where the data is no JSON object. */
  #readData(bytes: Uint8Array, from: number, to: number, frame: Frame, isError: boolean): boolean {
    if (isDone(bytes, from, to)) {
      this.#sink.oddities.count('stray_done');
      return true;
    }
    const event = scanObject(bytes, from, to);
    if (isFault(event)) return false;
    const type = typeOf(bytes, event);
    const failed = isError || type === 'error' || (type === undefined && findMember(event, 'error') !== undefined);
    if (failed) {
      const text = decoder.decode(bytes.slice(from, to));
      this.#fault(JSON.parse(text), text);
      return true;
    }
    if (frame.eventStart < 0 && !this.#unnamed) {
      // Counted once: nearly all frames of such a stream are not read here.
      this.#unnamed = true;
      this.#sink.oddities.count('unnamed_event');
    }
    const named = type ?? (frame.eventStart < 0 ? '' : decoder.decode(bytes.slice(frame.eventStart, frame.eventEnd)));
    this.#sink.onEvent(named, bytes, event);
    return true;
  }

  /** Comments and events without data say nothing; an error may stand there as bare JSON. */
  #readDataless(bytes: Uint8Array, frame: Frame): void {
    const first = bytes[frame.start];
    if (first !== 0x7b && first !== 0x5b) return;
    const text = decoder.decode(bytes.slice(frame.start, frame.end)).trim();
    const fault = parseUpstreamFault(text);
    if (fault !== undefined) this.#sink.onFault(errorOfFault(fault, this.#redact));
  }

  #fault(value: unknown, text: string): void {
    const words = typeof value === 'string' ? value : text.trim();
    const fault =
      readUpstreamFault(value) ??
      (value === undefined && words !== '' ? { message: words } : { message: 'The upstream reported an error' });
    this.#sink.onFault(errorOfFault(fault, this.#redact));
  }

  #countMalformed(): void {
    this.#sink.oddities.count('malformed_frame');
    if (this.#noise.count()) this.#sink.onFault(new ApiError('upstream_error', NOT_JSON));
  }
}

/** The object's `type`, where that is a string. */
export function typeOf(bytes: Uint8Array, object: ObjectScan): string | undefined {
  const member = findMember(object, 'type');
  return member !== undefined && bytes[member.valueStart] === QUOTE
    ? internName(bytes, member.valueStart, member.valueEnd)
    : undefined;
}

/** The `index` of an event; -1 where it bears none. */
export function indexOf(bytes: Uint8Array, event: ObjectScan): number {
  const member = findMember(event, 'index');
  if (member === undefined) return -1;
  let index = 0;
  for (let i = member.valueStart; i < member.valueEnd; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    index = index * 10 + digit;
  }
  return index;
}
