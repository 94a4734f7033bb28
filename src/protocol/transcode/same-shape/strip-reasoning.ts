import { removeMembers } from '../../json/members.ts';
import { JsonNode } from '../../json/node.ts';
import { findMember, isFault, scanObject } from '../../json/scan.ts';
import type { Edit } from '../../json/splice.ts';
import type { RequestFacts } from '../../request.ts';
import type { ThinkingPorts } from '../ports.ts';
import type { Warnings } from '../warnings.ts';

const WARNINGS = {
  reasoning_details: 'dropped.reasoning_details',
  extra_content: 'dropped.extra_content',
} as const;

/** Something in a conversation that a model signed, and the object whose member of that name holds it. */
interface Signed {
  readonly holder: JsonNode;
  readonly name: keyof typeof WARNINGS;
  readonly signatures: readonly string[];
}

/**
 * The edits that take reasoning out of a request of OpenAI's shape that another model signed: `reasoning_details`, and
 * Gemini's signatures beside texts and tool calls. What nobody signed, `reasoning_content` and its like, stays.
 */
export function stripForeignReasoning(
  { bytes, scan }: RequestFacts,
  thinking: ThinkingPorts | undefined,
  warnings: Warnings,
): readonly Edit[] {
  const member = thinking && findMember(scan, 'messages');
  if (member === undefined) return [];
  const signed = new JsonNode(bytes, member.valueStart, member.valueEnd).elements.flatMap(signedIn);
  const foreign = thinking?.foreign(signed.flatMap(({ signatures }) => signatures));
  const edits: Edit[] = [];
  for (const { holder, name, signatures } of signed) {
    if (!signatures.some((signature) => foreign?.has(signature))) continue;
    const object = scanObject(bytes, holder.start, holder.end);
    if (isFault(object)) continue;
    warnings.add(WARNINGS[name], 'messages');
    edits.push(...removeMembers(object, (one) => one.name === name));
  }
  return edits;
}

function signedIn(message: JsonNode): Signed[] {
  const details = message.get('reasoning_details')?.elements ?? [];
  const all: Signed[] = [
    { holder: message, name: 'reasoning_details', signatures: details.flatMap(signaturesOf) },
    ...[message, ...(message.get('tool_calls')?.elements ?? [])].map((holder): Signed => {
      const signature = holder.get('extra_content')?.get('google')?.get('thought_signature')?.stringOrUndefined;
      return { holder, name: 'extra_content', signatures: signature ? [signature] : [] };
    }),
  ];
  return all.filter(({ signatures }) => signatures.length > 0);
}

/** OpenRouter's entries: a text with its signature, or data that only its model can read. */
function signaturesOf(entry: JsonNode): string[] {
  return ['signature', 'data'].flatMap((name) => entry.get(name)?.stringOrUndefined || []);
}
