import { encodeString } from '../../json/encode-string.ts';
import { isNull, removeMembers } from '../../json/members.ts';
import { findMember, isFault, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';
import { isGatewayMember, type RequestFacts } from '../../request.ts';
import type { Shape } from '../../shape.ts';

const encoder = new TextEncoder();
const TRUE = encoder.encode('true');
const OPTIONS = encoder.encode('{"include_usage":true}');
const OPTIONS_MEMBER = encoder.encode(',"stream_options":{"include_usage":true}');

export interface PreparedRequest {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Usage was asked for on the client's behalf, so it has to be hidden from the client again. */
  readonly usageInjected: boolean;
}

/**
 * The body for an upstream of the client's own shape: the client's bytes with the value of `model` replaced, `th_*`
 * members taken out and, for an OpenAI stream, usage asked for. Nothing else is touched.
 */
export function prepareSameShape(
  shape: Shape,
  facts: RequestFacts,
  upstreamModel: string,
  askForUsage: boolean,
): PreparedRequest {
  const { bytes, scan, modelMember } = facts;
  const edits = removeMembers(scan, isGatewayMember);
  if (upstreamModel !== facts.model) {
    edits.push({
      start: modelMember.valueStart,
      end: modelMember.valueEnd,
      text: encodeString(upstreamModel),
    });
  }
  const usage = shape === 'openai' && facts.stream && askForUsage ? includeUsage(facts) : [];
  edits.push(...usage);
  edits.sort((a, b) => a.start - b.start);
  return { body: splice(bytes, edits), usageInjected: usage.length > 0 };
}

/** The edits that set `stream_options.include_usage`; none where the client set it itself or sent nonsense. */
function includeUsage({ bytes, scan }: RequestFacts): Edit[] {
  const options = findMember(scan, 'stream_options');
  if (options === undefined) return [{ start: scan.close, end: scan.close, text: OPTIONS_MEMBER }];
  if (isNull(bytes, options)) return [{ start: options.valueStart, end: options.valueEnd, text: OPTIONS }];
  const inner = scanObject(bytes, options.valueStart, options.valueEnd);
  if (isFault(inner)) return [];
  const asked = inner.members.filter((member) => member.name === 'include_usage');
  if (asked.length === 0) {
    const text = encoder.encode(`"include_usage":true${inner.members.length > 0 ? ',' : ''}`);
    return [{ start: inner.open + 1, end: inner.open + 1, text }];
  }
  // Standing twice, one parser takes the first and another the last: all of them ask, so that the answer is billed.
  return asked
    .filter((member) => bytes[member.valueStart] !== 0x74)
    .map((member) => ({ start: member.valueStart, end: member.valueEnd, text: TRUE }));
}
