import type { JsonNode } from '../../../json/node.ts';
import type { ThinkingPorts } from '../../ports.ts';

/** Members of an assistant message in which clients bring thinking back. */
const LISTS = ['reasoning_details', 'thinking_blocks', 'content'];

/** The signatures in these messages that are not the upstream's; each of them, whoever made it, where nothing signed may go. */
export function findForeignSignatures(
  messages: JsonNode | undefined,
  thinking: ThinkingPorts | undefined,
): ReadonlySet<string> {
  if (thinking === undefined || messages === undefined) return NONE;
  const entries = messages.elements.flatMap((message) => LISTS.flatMap((name) => message.get(name)?.elements ?? []));
  return thinking.foreign(
    entries.flatMap((entry) => ['signature', 'data'].flatMap((name) => entry.get(name)?.stringOrUndefined || [])),
  );
}

const NONE: ReadonlySet<string> = new Set();
