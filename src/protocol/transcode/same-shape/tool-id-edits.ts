import { JsonNode } from '../../json/node.ts';
import { findMember } from '../../json/scan.ts';
import type { Edit } from '../../json/splice.ts';
import { toolIdFor } from '../tool-ids.ts';
import type { CrossingRequest } from '../transcoder.ts';

const encoder = new TextEncoder();

/**
 * The edits that give the tool calls of a history ids the upstream takes (nine letters and digits, for one), the same
 * for a call and its result. None where the upstream takes any, and none for ids that fit already.
 */
export function fitToolIds({ facts, capabilities, ports }: CrossingRequest): readonly Edit[] {
  if (capabilities.toolId === 'any') return [];
  const messages = findMember(facts.scan, 'messages');
  if (messages === undefined) return [];
  const edits: Edit[] = [];
  for (const message of new JsonNode(facts.bytes, messages.valueStart, messages.valueEnd).elements) {
    const calls = message.get('tool_calls')?.elements ?? [];
    for (const id of [message.get('tool_call_id'), ...calls.map((call) => call.get('id'))]) {
      const written = id?.stringOrUndefined;
      if (id === undefined || written === undefined) continue;
      const fitting = toolIdFor(written, capabilities, ports);
      if (fitting !== written) {
        edits.push({ start: id.start, end: id.end, text: encoder.encode(JSON.stringify(fitting)) });
      }
    }
  }
  return edits;
}
