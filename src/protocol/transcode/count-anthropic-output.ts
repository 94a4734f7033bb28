import { DELTA_MEMBERS } from '../anthropic/content-block.ts';
import { typeOf } from '../anthropic/read-event.ts';
import { JsonNode } from '../json/node.ts';
import { findMember, isFault, type Member, type ObjectScan, scanObject } from '../json/scan.ts';
import { lengthOf, type Tally, type Written } from './tally.ts';

const QUOTE = 0x22;

/** The text of a delta: where it stands, the member that holds it, and what it is counted with. */
export interface CountedDelta {
  readonly name: string;
  readonly text: Member;
  readonly written: Written;
}

/** Counts a content block as it stands: a whole one, or what the start of one brings along. */
export function countBlock(block: JsonNode, tally: Tally): void {
  const type = block.get('type')?.stringOrUndefined ?? '';
  if (type === 'text') tally.text.bytes += lengthOf(block.get('text'));
  else if (type === 'thinking') {
    tally.reasoning.bytes += lengthOf(block.get('thinking'));
    if (lengthOf(block.get('signature')) > 0) tally.noteOutput();
  } else if (type === 'redacted_thinking') tally.reasoning.bytes += lengthOf(block.get('data'));
  else if (type === 'compaction') tally.text.bytes += lengthOf(block.get('content'));
  else if (type.endsWith('tool_use')) tally.text.bytes += lengthOf(block.get('name')) + lengthOf(block.get('input'));
}

/** Counts the `delta` of a `content_block_delta`; gives its text where it has one. */
export function countDelta(bytes: Uint8Array, event: ObjectScan, tally: Tally): CountedDelta | undefined {
  const delta = findMember(event, 'delta');
  const scan = delta === undefined ? undefined : scanObject(bytes, delta.valueStart, delta.valueEnd);
  if (scan === undefined || isFault(scan)) return undefined;
  const type = typeOf(bytes, scan) ?? '';
  const name = DELTA_MEMBERS.get(type)?.delta;
  if (name === undefined) {
    // Thinking that is left out of the answer shows by its signature alone.
    if (type === 'signature_delta') tally.noteOutput();
    return undefined;
  }
  const text = findMember(scan, name);
  if (text === undefined || bytes[text.valueStart] !== QUOTE) return undefined;
  const written = type === 'thinking_delta' ? tally.reasoning : tally.text;
  written.bytes += text.valueEnd - text.valueStart - 2;
  return { name, text, written };
}

/** Counts what an event says: a delta, the start of a block, a message that is whole at once. */
export function countEvent(type: string, bytes: Uint8Array, event: ObjectScan, tally: Tally): void {
  if (type === 'content_block_delta') countDelta(bytes, event, tally);
  else if (type === 'content_block_start' || type === 'message_start') {
    const member = findMember(event, type === 'message_start' ? 'message' : 'content_block');
    if (member === undefined) return;
    const node = new JsonNode(bytes, member.valueStart, member.valueEnd);
    if (type === 'content_block_start') countBlock(node, tally);
    else for (const block of node.get('content')?.elements ?? []) countBlock(block, tally);
  }
}
