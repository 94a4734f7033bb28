import { concat } from '../../bytes.ts';
import { encodeString } from '../../json/encode-string.ts';
import { isNull, removeMembers } from '../../json/members.ts';
import { findMember, isFault, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';
import { isGatewayMember, type RequestFacts } from '../../request.ts';
import type { Shape } from '../../shape.ts';
import type { CrossingRequest, Transcoder } from '../transcoder.ts';
import type { Warnings } from '../warnings.ts';
import { stripForeignThinking } from './strip-thinking.ts';
import { fitToolIds } from './tool-id-edits.ts';

const encoder = new TextEncoder();
const TRUE = encoder.encode('true');
const OPTIONS = encoder.encode('{"include_usage":true}');
const OPTIONS_MEMBER = encoder.encode(',"stream_options":{"include_usage":true}');

/** The request as an upstream of the client's own shape takes it. */
export interface SameShapeRequest extends Pick<Transcoder, 'body' | 'asksForStream' | 'exact'> {
  /** Usage was asked for on the client's behalf, so it has to be hidden from the client again. */
  readonly usageInjected: boolean;
}

/**
 * The body for an upstream of the client's own shape: the client's bytes with the value of `model` replaced, `th_*`
 * members taken out and, for an OpenAI stream, usage asked for. Within `messages` nothing is touched but what would
 * make the upstream refuse them: thinking that only this gateway can read, and tool-call ids of a form it forbids.
 */
export function prepareSameShape(shape: Shape, request: CrossingRequest, warnings: Warnings): SameShapeRequest {
  const { facts, upstreamModel, capabilities } = request;
  const { bytes, scan, modelMember } = facts;
  const edits = removeMembers(scan, isGatewayMember);
  if (upstreamModel !== facts.model) {
    edits.push({ start: modelMember.valueStart, end: modelMember.valueEnd, text: encodeString(upstreamModel) });
  }
  const stream = !facts.stream && capabilities.streamOnly ? [setMember(facts, 'stream', TRUE)] : [];
  const asksForStream = facts.stream || stream.length > 0;
  const usage = shape === 'openai' && asksForStream && capabilities.usageInStream ? includeUsage(facts) : [];
  const wantsThinking = capabilities.reasoningEcho === 'tool_turns' || capabilities.reasoningEcho === 'always';
  const prompt = shape === 'anthropic' ? stripForeignThinking(facts, wantsThinking) : fitToolIds(request);
  if (shape === 'anthropic' && prompt.length > 0) warnings.add('dropped.thinking', 'messages');
  edits.push(...stream, ...usage, ...prompt);
  edits.sort((a, b) => a.start - b.start);
  return { body: splice(bytes, edits), usageInjected: usage.length > 0, asksForStream, exact: prompt.length === 0 };
}

/** The edit that gives a top-level member a value. */
function setMember({ scan }: RequestFacts, name: string, value: Uint8Array): Edit {
  const member = findMember(scan, name);
  if (member !== undefined) return { start: member.valueStart, end: member.valueEnd, text: value };
  const text = concat(encoder.encode(`,${JSON.stringify(name)}:`), value);
  return { start: scan.close, end: scan.close, text };
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
