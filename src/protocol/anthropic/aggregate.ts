import { ApiError } from '../api-error.ts';
import { concat, EMPTY } from '../bytes.ts';
import { findMember, isFault, type Member, type ObjectScan, scanArray, scanObject } from '../json/scan.ts';
import { setMembers } from '../json/set-members.ts';
import { Frame } from '../sse/frame.ts';
import { FrameCutter } from '../sse/frames.ts';
import { Oddities } from '../transcode/oddities.ts';
import { cutShort } from '../transcode/upstream-error.ts';
import { ContentBlock, DELTA_MEMBERS, headOf } from './content-block.ts';
import { EventReader, type EventSink, indexOf, typeOf } from './read-event.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const BLANK_LINE = encoder.encode('\n\n');

/** Counts that are never taken back: some upstreams end with zeros where they had begun with the truth. */
const INPUT_COUNTS = new Set(['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens']);

/** Members of `message_delta` that are not the message's. */
const ENVELOPE = new Set(['type', 'delta', 'usage']);

/**
 * An Anthropic stream as the message it tells: for upstreams that stream where JSON was asked for. What was written
 * stays as it was written: texts, the inputs of tools, numbers, members and blocks that nobody here knows.
 */
export class AnthropicAggregator implements EventSink {
  readonly oddities = new Oddities();

  readonly #cutter = new FrameCutter();
  readonly #frame = new Frame();
  readonly #reader: EventReader;
  /** The message as it was started: the bytes of a JSON object. */
  #message: Uint8Array | undefined;
  /** In the order they were started. */
  readonly #blocks: ContentBlock[] = [];
  readonly #open = new Map<number, ContentBlock>();
  /** Members of the message that `message_delta` tells. */
  readonly #told = new Map<string, string>();
  readonly #usage = new Map<string, string>();
  #stopReason = false;
  #stopped = false;
  #error: ApiError | undefined;

  /** `redact` takes what is the operator's out of an upstream's error text. */
  constructor(redact: (text: string) => string = (text) => text) {
    this.#reader = new EventReader(this, redact);
  }

  push(chunk: Uint8Array): void {
    if (!this.#isOver) this.#read(this.#cutter.push(chunk), false);
  }

  /** The message. Throws an `ApiError` for a stream that told an error or was cut. */
  end(): Uint8Array<ArrayBuffer> {
    const rest = this.#isOver ? EMPTY : this.#cutter.end();
    if (rest.length > 0) this.#read(concat(rest, BLANK_LINE), true);
    if (this.#error !== undefined) throw this.#error;
    if (!this.#stopped && !this.#stopReason) {
      throw cutShort();
    }
    if (this.#message === undefined && this.#blocks.length === 0) {
      throw new ApiError('upstream_error', 'The upstream ended its answer before it began');
    }
    return this.#render();
  }

  get #isOver(): boolean {
    return this.#stopped || this.#error !== undefined;
  }

  #read(bytes: Uint8Array, last: boolean): void {
    const frame = this.#frame;
    const { sawCr } = this.#cutter;
    for (let at = 0; !this.#isOver && frame.read(bytes, at, bytes.length, sawCr); at = frame.end) {
      this.#reader.read(bytes, frame, sawCr, last);
    }
  }

  onFault(error: ApiError): void {
    if (!this.#isOver) this.#error = error;
  }

  onEvent(type: string, bytes: Uint8Array, event: ObjectScan): void {
    if (this.#isOver) return;
    switch (type) {
      case 'message_start':
        return this.#start(bytes, event);
      case 'content_block_start': {
        const block = findMember(event, 'content_block');
        if (block !== undefined) this.#openBlock(bytes, event, bytes.slice(block.valueStart, block.valueEnd));
        return;
      }
      case 'content_block_delta':
        return this.#addDelta(bytes, event);
      case 'content_block_stop':
        this.#open.delete(indexOf(bytes, event));
        return;
      case 'message_delta':
        return this.#finish(bytes, event);
      case 'message_stop':
        this.#stopped = true;
        return;
      case 'ping':
        return;
      default:
        this.oddities.count('unknown_event');
    }
  }

  #start(bytes: Uint8Array, event: ObjectScan): void {
    const message = findMember(event, 'message');
    if (message === undefined) return;
    const scan = scanObject(bytes, message.valueStart, message.valueEnd);
    if (isFault(scan)) return;
    this.#mergeUsage(bytes, findMember(scan, 'usage'));
    if (this.#message !== undefined) {
      this.oddities.count('duplicate_message_start');
      return;
    }
    this.#message = bytes.slice(message.valueStart, message.valueEnd);
    const stop = findMember(scan, 'stop_reason');
    if (stop !== undefined && bytes[stop.valueStart] === 0x22) this.#stopReason = true;
    const content = findMember(scan, 'content');
    if (content === undefined || bytes[content.valueStart] !== 0x5b) return;
    for (const [from, to] of scanArray(bytes, content.valueStart, content.valueEnd)) {
      this.#blocks.push(new ContentBlock(bytes.slice(from, to)));
    }
  }

  #openBlock(bytes: Uint8Array, event: ObjectScan, head: Uint8Array): ContentBlock {
    const block = new ContentBlock(head);
    this.#blocks.push(block);
    this.#open.set(indexOf(bytes, event), block);
    return block;
  }

  #addDelta(bytes: Uint8Array, event: ObjectScan): void {
    const delta = findMember(event, 'delta');
    const scan = delta === undefined ? undefined : scanObject(bytes, delta.valueStart, delta.valueEnd);
    if (scan === undefined || isFault(scan)) return;
    const type = typeOf(bytes, scan) ?? '';
    const member = DELTA_MEMBERS.get(type);
    const block = this.#open.get(indexOf(bytes, event)) ?? this.#openMissing(bytes, event, member?.block);
    if (block === undefined) return;
    if (member !== undefined) {
      const text = findMember(scan, member.delta);
      if (text === undefined || bytes[text.valueStart] !== 0x22) return;
      block.append(member.block, bytes, text.valueStart + 1, text.valueEnd - 1);
    } else if (type === 'signature_delta') {
      const signature = findMember(scan, 'signature');
      if (signature !== undefined) block.sign(raw(bytes, signature));
    } else if (type === 'citations_delta') {
      const citation = findMember(scan, 'citation');
      if (citation !== undefined) block.cite(raw(bytes, citation));
    } else this.oddities.count('unknown_delta');
  }

  /** Upstreams that forget `content_block_start`: a text says itself what it is, an input does not. */
  #openMissing(bytes: Uint8Array, event: ObjectScan, member: string | undefined): ContentBlock | undefined {
    this.oddities.count('unopened_block');
    return member === 'text' || member === 'thinking' ? this.#openBlock(bytes, event, headOf(member)) : undefined;
  }

  #finish(bytes: Uint8Array, event: ObjectScan): void {
    for (const member of event.members) if (!ENVELOPE.has(member.name)) this.#tell(bytes, member);
    this.#mergeUsage(bytes, findMember(event, 'usage'));
    const delta = findMember(event, 'delta');
    const scan = delta === undefined ? undefined : scanObject(bytes, delta.valueStart, delta.valueEnd);
    if (scan === undefined || isFault(scan)) return;
    for (const member of scan.members) this.#tell(bytes, member);
    const stop = findMember(scan, 'stop_reason');
    if (stop !== undefined && bytes[stop.valueStart] === 0x22) this.#stopReason = true;
  }

  /** Nothing that was told is taken back by a null. */
  #tell(bytes: Uint8Array, member: Member): void {
    const json = raw(bytes, member);
    if (json !== 'null' || !(this.#told.has(member.name) || this.#isSet(member.name)))
      this.#told.set(member.name, json);
  }

  #isSet(name: string): boolean {
    const message = this.#message;
    const scan = message === undefined ? undefined : scanObject(message);
    return scan !== undefined && !isFault(scan) && findMember(scan, name) !== undefined;
  }

  /** Counts are cumulative: the last one wins, member by member. */
  #mergeUsage(bytes: Uint8Array, usage: Member | undefined): void {
    const scan = usage === undefined ? undefined : scanObject(bytes, usage.valueStart, usage.valueEnd);
    if (scan === undefined || isFault(scan)) return;
    for (const member of scan.members) {
      const json = raw(bytes, member);
      const known = this.#usage.get(member.name);
      const told = json !== 'null' && !(json === '0' && INPUT_COUNTS.has(member.name));
      if (known === undefined || known === 'null' || told) this.#usage.set(member.name, json);
    }
  }

  #render(): Uint8Array<ArrayBuffer> {
    const values = new Map(this.#told);
    values.set('content', `[${this.#blocks.map((block) => block.render()).join(',')}]`);
    if (this.#usage.size > 0) {
      const members = Array.from(this.#usage, ([name, json]) => `${JSON.stringify(name)}:${json}`);
      values.set('usage', `{${members.join(',')}}`);
    }
    const message = this.#message ?? encoder.encode('{"type":"message","role":"assistant"}');
    const scan = scanObject(message);
    if (isFault(scan)) throw new ApiError('upstream_error', "The upstream's answer is not valid JSON");
    return setMembers(message, scan, values);
  }
}

function raw(bytes: Uint8Array, member: Member): string {
  return decoder.decode(bytes.slice(member.valueStart, member.valueEnd));
}
