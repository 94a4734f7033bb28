import { ByteWriter } from '../byte-writer.ts';
import { rawOf } from '../json/members.ts';
import { findMember, isFault, type Member, scanObject } from '../json/scan.ts';
import { setMembers } from '../json/set-members.ts';
import { readToolInput } from '../transcode/tool-input.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The member of a block that its deltas add to, by the delta's type, with the member of the delta that is added. */
export const DELTA_MEMBERS: ReadonlyMap<string, { readonly block: string; readonly delta: string }> = new Map([
  ['text_delta', { block: 'text', delta: 'text' }],
  ['thinking_delta', { block: 'thinking', delta: 'thinking' }],
  ['input_json_delta', { block: 'input', delta: 'partial_json' }],
  ['compaction_delta', { block: 'content', delta: 'content' }],
]);

/**
 * A content block that is put together again from its start and its deltas. Texts are kept as the bytes that stood
 * between the quotes, never decoded; what a block has beside them stays as it was.
 */
export class ContentBlock {
  /** The block as it was started: the bytes of a JSON object. */
  readonly #head: Uint8Array;
  #member = '';
  #text: ByteWriter | undefined;
  #signature: string | undefined;
  #citations: string[] | undefined;

  constructor(head: Uint8Array) {
    this.#head = head;
  }

  /** Adds `bytes[from, to)`, the inside of a string literal, to the block's text or input. */
  append(member: string, bytes: Uint8Array, from: number, to: number): void {
    if (this.#text === undefined) {
      this.#member = member;
      this.#text = new ByteWriter(256);
    }
    this.#text.writeRange(bytes, from, to);
  }

  /** A later signature takes the place of an earlier one. `literal` is a JSON text. */
  sign(literal: string): void {
    this.#signature = literal;
  }

  /** `json`: a citation as it was written. */
  cite(json: string): void {
    (this.#citations ??= []).push(json);
  }

  /** The whole block as JSON. To be called once, at its end. */
  render(): string {
    const head = this.#head;
    const scan = scanObject(head);
    if (isFault(scan)) return decoder.decode(head);
    const values = new Map<string, string>();
    const text = this.#text === undefined ? '' : decoder.decode(this.#text.finish());
    if (text !== '') {
      const started = findMember(scan, this.#member);
      values.set(
        this.#member,
        this.#member === 'input'
          ? readToolInput(JSON.parse(`"${text}"`) as string).json
          : `"${started === undefined ? '' : writtenText(head, started)}${text}"`,
      );
    }
    if (this.#signature !== undefined) values.set('signature', this.#signature);
    if (this.#citations !== undefined) {
      const started = findMember(scan, 'citations');
      const before =
        started === undefined || head[started.valueStart] !== 0x5b ? '' : rawOf(head, started).slice(1, -1);
      values.set('citations', `[${[before.trim(), ...this.#citations].filter((json) => json !== '').join(',')}]`);
    }
    return decoder.decode(values.size === 0 ? head : setMembers(head, scan, values));
  }
}

/** A block that an upstream adds to without having started it. */
export function headOf(member: 'text' | 'thinking'): Uint8Array {
  return encoder.encode(`{"type":"${member}","${member}":""}`);
}

/** What stands between the quotes of a string; nothing for any other value. */
function writtenText(bytes: Uint8Array, member: Member): string {
  return bytes[member.valueStart] === 0x22 ? rawOf(bytes, member).slice(1, -1) : '';
}
