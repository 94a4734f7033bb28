import { isNull } from '../../json/members.ts';
import { findMember, isFault, type Member, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The event's text with the public model id in `message_start`, and with what Anthropic-compatible upstreams leave
 * out and the SDKs throw without: `usage` in `message_start` and `message_delta`, `thinking:""` in a thinking block's
 * start. All other bytes of the text stay.
 */
export function repairEvent(type: string, text: string, event: Record<string, unknown>, publicModel: string): string {
  switch (type) {
    case 'message_start':
      return within(text, 'message', (bytes, message) => {
        const edits = [...setModel(bytes, message, publicModel)];
        const usage = findIn(bytes, message, 'usage');
        if (usage === undefined || isNull(bytes, usage)) {
          edits.push(...put(bytes, message, 'usage', '{"input_tokens":0,"output_tokens":0}'));
        }
        return edits;
      });
    case 'message_delta':
      return event.usage === undefined || event.usage === null
        ? edit(text, (bytes, root) => put(bytes, root, 'usage', '{"output_tokens":0}'))
        : text;
    case 'content_block_start': {
      const block = event.content_block as { type?: unknown; thinking?: unknown } | undefined;
      if (block?.type !== 'thinking' || typeof block.thinking === 'string') return text;
      return within(text, 'content_block', (bytes, member) => put(bytes, member, 'thinking', '""'));
    }
    default:
      return text;
  }
}

interface Range {
  readonly valueStart: number;
  readonly valueEnd: number;
}

function edit(text: string, edits: (bytes: Uint8Array, root: Range) => Edit[]): string {
  const bytes = encoder.encode(text);
  const found = edits(bytes, { valueStart: 0, valueEnd: bytes.length }).sort((a, b) => a.start - b.start);
  return found.length === 0 ? text : decoder.decode(splice(bytes, found));
}

function within(text: string, name: string, edits: (bytes: Uint8Array, member: Range) => Edit[]): string {
  return edit(text, (bytes, root) => {
    const member = findIn(bytes, root, name);
    return member === undefined || bytes[member.valueStart] !== 0x7b ? [] : edits(bytes, member);
  });
}

function findIn(bytes: Uint8Array, range: Range, name: string): Member | undefined {
  const scan = scanObject(bytes, range.valueStart, range.valueEnd);
  return isFault(scan) ? undefined : findMember(scan, name);
}

function setModel(bytes: Uint8Array, message: Range, publicModel: string): Edit[] {
  const model = findIn(bytes, message, 'model');
  if (model === undefined) return [];
  return [{ start: model.valueStart, end: model.valueEnd, text: encoder.encode(JSON.stringify(publicModel)) }];
}

/** Sets a member: its value where it stands, else a new last member. */
function put(bytes: Uint8Array, range: Range, name: string, json: string): Edit[] {
  const scan = scanObject(bytes, range.valueStart, range.valueEnd);
  if (isFault(scan)) return [];
  const member = findMember(scan, name);
  if (member !== undefined) return [{ start: member.valueStart, end: member.valueEnd, text: encoder.encode(json) }];
  const comma = scan.members.length > 0 ? ',' : '';
  return [{ start: scan.close, end: scan.close, text: encoder.encode(`${comma}${JSON.stringify(name)}:${json}`) }];
}
