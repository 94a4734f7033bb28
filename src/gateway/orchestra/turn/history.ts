import { findMember, type ObjectScan } from '../../../protocol/json/scan.ts';
import type { RequestFacts } from '../../../protocol/request.ts';
import { mediumOf } from '../../routing/media.ts';
import { blocksIn, elementsOf, isSystemRole, objectAt, wordOf } from '../../routing/prompt-parts.ts';
import { elementsFromEnd } from './from-the-end.ts';
import { callsIn, type CallSite, isErrorResult, isSameCall, type ToolCall } from './tool-calls.ts';
import { userTextOf } from './user-text.ts';

/** What the end of a history shows. */
export interface History {
  /** Empty where it was not found. */
  readonly lastUser: string;
  readonly inToolLoop: boolean;
  /** The latest one first. */
  readonly calls: readonly ToolCall[];
  /** How often the latest call was made, with the same arguments, among those. */
  readonly repeats: number;
  /** An image or a PDF behind the last answer of a model. */
  readonly mediaNow: boolean;
}

/** Calls that are looked at, and messages behind which no more are looked for. */
const MAX_CALLS = 8;
const MAX_MESSAGES = 24;
/** Bytes before the last message that are gone through: a tool loop may go on for a megabyte, at 6 ns a byte. */
const MAX_BYTES = 48 * 1024;
/** Messages before the last user turn among which its calls are. */
const MAX_BEFORE_USER = 10;

/** Goes through the history backwards, as far as the decision needs it. */
export function readHistory({ bytes, scan }: RequestFacts): History {
  const messages = findMember(scan, 'messages');
  const reader = new HistoryReader(bytes);
  if (messages === undefined) return reader.history();
  let lastStart: number | undefined;
  for (const span of elementsFromEnd(bytes, messages.valueStart, messages.valueEnd)) {
    lastStart ??= span[0];
    const message = objectAt(bytes, span);
    if (message !== undefined) reader.read(message);
    if (reader.isDone() || lastStart - span[0] > MAX_BYTES) break;
  }
  return reader.history();
}

class HistoryReader {
  readonly #bytes: Uint8Array;
  readonly #sites: CallSite[] = [];
  readonly #failed = new Set<string>();
  #read = 0;
  /** Whether nothing but words of the system stands behind the message that is read. */
  #isLast = true;
  #userAt = 0;
  #lastUser = '';
  #inToolLoop = false;
  #mediaNow = false;
  #answered = false;
  /** A result that names no call belongs to the one before it. */
  #nextFailed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(message: ObjectScan): void {
    this.#read++;
    const role = wordOf(this.#bytes, message, 'role');
    switch (role) {
      case 'assistant':
        this.#answered = true;
        this.#readCalls(message);
        break;
      case 'tool':
      case 'function':
        this.#readResult(message, wordOf(this.#bytes, message, 'tool_call_id'));
        break;
      case 'user':
        this.#readUser(message);
    }
    if (!isSystemRole(role)) this.#isLast = false;
  }

  isDone(): boolean {
    if (this.#lastUser === '') return this.#read >= MAX_MESSAGES * 4;
    return this.#sites.length >= MAX_CALLS || this.#read >= Math.max(MAX_BEFORE_USER, this.#userAt + MAX_BEFORE_USER);
  }

  history(): History {
    const sites = this.#sites.slice(0, MAX_CALLS);
    const [latest] = sites;
    return {
      lastUser: this.#lastUser,
      inToolLoop: this.#inToolLoop,
      calls: sites.map(({ id, name, kind }) => ({ name, kind, failed: this.#failed.has(id) })),
      repeats:
        latest === undefined
          ? 0
          : sites.filter((site) => site === latest || isSameCall(this.#bytes, site, latest)).length,
      mediaNow: this.#mediaNow,
    };
  }

  #readUser(message: ObjectScan): void {
    const bytes = this.#bytes;
    if (!this.#answered && !this.#mediaNow) {
      for (const block of blocksIn(bytes, message)) if (mediumOf(bytes, block) !== undefined) this.#mediaNow = true;
    }
    for (const span of elementsOf(bytes, message, 'content')) {
      const block = objectAt(bytes, span);
      if (block === undefined || wordOf(bytes, block, 'type') !== 'tool_result') continue;
      this.#readResult(block, wordOf(bytes, block, 'tool_use_id'));
    }
    if (this.#lastUser !== '') return;
    this.#lastUser = userTextOf(bytes, message);
    this.#userAt = this.#read;
  }

  #readResult(holder: ObjectScan, id: string | undefined): void {
    if (this.#isLast) this.#inToolLoop = true;
    if (this.#sites.length >= MAX_CALLS || !isErrorResult(this.#bytes, holder)) return;
    if (id === undefined) this.#nextFailed = true;
    else this.#failed.add(id);
  }

  #readCalls(message: ObjectScan): void {
    for (const site of [...callsIn(this.#bytes, message)].toReversed()) {
      if (this.#nextFailed) {
        this.#failed.add(site.id);
        this.#nextFailed = false;
      }
      this.#sites.push(site);
    }
  }
}
