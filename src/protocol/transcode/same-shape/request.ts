import { concat } from '../../bytes.ts';
import { encodeString } from '../../json/encode-string.ts';
import { isNull, removeMembers } from '../../json/members.ts';
import { findMember, isFault, type Member, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';
import { isGatewayMember, type RequestFacts } from '../../request.ts';
import type { Shape } from '../../shape.ts';
import type { Capabilities } from '../capabilities.ts';
import type { ThinkingPorts } from '../ports.ts';
import type { CrossingRequest, Transcoder } from '../transcoder.ts';
import type { Warnings } from '../warnings.ts';
import { stripForeignReasoning } from './strip-reasoning.ts';
import { stripForeignThinking } from './strip-thinking.ts';
import { turnThinkingOff } from './thinking-off.ts';
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

/** What is changed of the conversation, and of how it is thought about. */
interface PromptEdits {
  /** Within `messages`. */
  readonly prompt: readonly Edit[];
  /** At the top level. */
  readonly others: readonly Edit[];
  readonly removed: Member | undefined;
}

/**
 * The body for an upstream of the client's own shape: the client's bytes with the value of `model` replaced, `th_*`
 * members taken out and, for an OpenAI stream, usage asked for. Within `messages` nothing is touched but what would
 * make the upstream refuse them: thinking that it never signed, and tool-call ids of a form it forbids.
 */
export function prepareSameShape(shape: Shape, request: CrossingRequest, warnings: Warnings): SameShapeRequest {
  const { facts, upstreamModel, capabilities, thinking } = request;
  const changes =
    shape === 'anthropic' ? fitThinking(facts, capabilities, thinking, warnings) : fitMessages(request, warnings);
  const edits = addressTo(upstreamModel, facts, changes.removed);
  const stream = !facts.stream && capabilities.streamOnly ? [setMember(facts, 'stream', TRUE)] : [];
  const asksForStream = facts.stream || stream.length > 0;
  const usage = shape === 'openai' && asksForStream && capabilities.usageInStream ? includeUsage(facts) : [];
  edits.push(...stream, ...usage, ...changes.prompt, ...changes.others);
  return {
    body: apply(edits, facts),
    usageInjected: usage.length > 0,
    asksForStream,
    exact: changes.prompt.length === 0,
  };
}

/** The body for counting the tokens of a messages request: the prompt as {@link prepareSameShape} sends it. */
export function prepareTokenCount(
  facts: RequestFacts,
  upstreamModel: string,
  capabilities: Capabilities,
  thinking?: ThinkingPorts,
): Uint8Array<ArrayBuffer> {
  const { prompt, others, removed } = fitThinking(facts, capabilities, thinking);
  return apply([...addressTo(upstreamModel, facts, removed), ...prompt, ...others], facts);
}

/** The edits without which no upstream gets a request: its own name of the model, and nothing that is the gateway's. */
function addressTo(
  upstreamModel: string,
  { scan, model, modelMember }: RequestFacts,
  removed: Member | undefined,
): Edit[] {
  const edits = removeMembers(scan, (member) => isGatewayMember(member) || member === removed);
  if (upstreamModel !== model) {
    edits.push({ start: modelMember.valueStart, end: modelMember.valueEnd, text: encodeString(upstreamModel) });
  }
  return edits;
}

function fitThinking(
  facts: RequestFacts,
  { reasoningEcho }: Capabilities,
  thinking: ThinkingPorts | undefined,
  warnings?: Warnings,
): PromptEdits {
  const keepUnsigned = reasoningEcho === 'tool_turns' || reasoningEcho === 'always';
  const { edits: prompt, lacksThinking } = stripForeignThinking(facts, { keepUnsigned, thinking });
  const off = lacksThinking ? turnThinkingOff(facts, keepUnsigned) : undefined;
  if (prompt.length > 0) warnings?.add('dropped.thinking', 'messages');
  if (off !== undefined) warnings?.add('approx.thinking');
  return { prompt, others: off?.edits ?? [], removed: off?.removed };
}

function fitMessages(request: CrossingRequest, warnings: Warnings): PromptEdits {
  const { facts, thinking } = request;
  const prompt = [...fitToolIds(request), ...stripForeignReasoning(facts, thinking, warnings)];
  return { prompt, others: [], removed: undefined };
}

function apply(edits: Edit[], { bytes }: RequestFacts): Uint8Array<ArrayBuffer> {
  return splice(
    bytes,
    edits.sort((a, b) => a.start - b.start),
  );
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
