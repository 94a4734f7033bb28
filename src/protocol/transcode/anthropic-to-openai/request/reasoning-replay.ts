import { JsonNode } from '../../../json/node.ts';
import type { ReasoningPayload } from '../../ports.ts';
import type { CrossingRequest } from '../../transcoder.ts';
import type { Context } from './context.ts';
import { type JsonText, joinTexts, listOf, quote } from '../../../json/json-text.ts';
import { insideOf } from '../../../json/span.ts';
import { readToolInput } from '../../tool-input.ts';
import { turnKey } from '../../turn-key.ts';
import { BLANK_LINE } from './openai-message.ts';

/** What an assistant turn thought, as far as it is known and of use to this model. */
export interface Replay {
  /** Members of the assistant message. */
  readonly members: readonly (readonly [name: string, value: JsonText])[];
  /** The signature that belongs to a tool call, by the client's id of the call. */
  signatureOf(toolCallId: string): string | undefined;
}

/** Between quotes; undefined where the text is not known. */
interface Known {
  readonly text: JsonText | undefined;
  readonly details: readonly JsonText[];
  readonly signatures: Readonly<Record<string, string>>;
}

/**
 * Gives back what an assistant turn thought: from thinking blocks whose signature is ours and proves their text, else
 * from memory, by the turn's first call. Foreign and altered blocks are left out without a word: clients carry them from
 * model to model. `calls`: the turn's calls, by the client's ids. `concludesLoop`: other messages, since the user spoke,
 * made calls before it: vendors count it with them.
 */
export function replayReasoning(
  blocks: readonly JsonNode[],
  calls: ReadonlyMap<string, JsonNode>,
  { thinkingOff, concludesLoop }: { readonly thinkingOff: boolean; readonly concludesLoop: boolean },
  context: Context,
): Replay {
  const [firstCall] = calls.values();
  const known = readBlocks(blocks, context) ?? (firstCall === undefined ? undefined : recall(firstCall, context));
  const signatures = known?.signatures ?? {};
  return {
    members: thinkingOff ? [] : membersFor(known, calls.size > 0 || concludesLoop, context),
    signatureOf: (id) => (Object.hasOwn(signatures, id) ? signatures[id] : undefined),
  };
}

function membersFor(known: Known | undefined, isToolTurn: boolean, { capabilities }: Context): Replay['members'] {
  const { reasoningIn, reasoningEcho } = capabilities;
  if (reasoningIn === 'none' || !(reasoningEcho === 'always' || (reasoningEcho === 'tool_turns' && isToolTurn))) {
    return [];
  }
  const text = known?.text;
  switch (reasoningIn) {
    case 'reasoning_content':
      // Some refuse a tool turn without the member; that its text is not known is not for them to know.
      return text === undefined && !isToolTurn ? [] : [['reasoning_content', quote(text ?? '')]];
    case 'reasoning':
      return text === undefined ? [] : [['reasoning', quote(text)]];
    case 'reasoning_details':
      if (known !== undefined && known.details.length > 0) return [['reasoning_details', listOf(known.details)]];
      return text === undefined ? [] : [['reasoning', quote(text)]];
  }
}

function readBlocks(blocks: readonly JsonNode[], context: Context): Known | undefined {
  const texts: JsonText[] = [];
  const payloads: ReasoningPayload[] = [];
  for (const block of blocks) {
    const isRedacted = block.get('type')?.value === 'redacted_thinking';
    const thinking = isRedacted ? undefined : block.get('thinking');
    const signature = block.get(isRedacted ? 'data' : 'signature')?.stringOrUndefined ?? '';
    if (signature === '') continue;
    const payload = context.ports.verify(signature, thinking?.stringOrUndefined ?? '');
    if (payload === undefined) continue;
    payloads.push(payload);
    if (thinking?.kind === 'string') texts.push(insideOf(thinking));
  }
  if (payloads.length === 0) return undefined;
  // Signatures and encrypted details are of use to the model that made them alone.
  const own = payloads.filter(({ m }) => mayGo(m, context.crossing));
  return {
    text: texts.length === 0 ? undefined : joinTexts(texts, BLANK_LINE),
    details: own.flatMap(({ rd }) => rd ?? []),
    signatures: Object.assign({}, ...own.map(({ sig }) => sig ?? {})) as Record<string, string>,
  };
}

/** Whether what that model signed, or encrypted, may go to the upstream. Turns that were kept without a name are its own. */
function mayGo(maker: string | undefined, { upstreamModel, thinking }: CrossingRequest): boolean {
  return thinking?.withheld !== true && (maker === undefined || maker === upstreamModel);
}

/** A turn as the answer's side kept it: `{"text":…,"rd":[…],"sig":{…}}`, and `m` where it says whose it is. */
function recall(firstCall: JsonNode, { ports, crossing }: Context): Known | undefined {
  const input = firstCall.get('input');
  const key = {
    id: firstCall.require('id').asString(),
    name: firstCall.require('name').asString(),
    input: readToolInput(input?.stringOrUndefined ?? input?.raw ?? '').json,
  };
  const kept = ports.recall(turnKey(key, ports));
  if (kept === undefined) return undefined;
  const turn = JsonNode.parse(kept);
  const text = turn.get('text');
  const maker = turn.get('m')?.stringOrUndefined;
  const isOwn = mayGo(maker, crossing);
  return {
    text: text?.kind === 'string' ? insideOf(text) : undefined,
    details: isOwn ? (turn.get('rd')?.elements ?? []) : [],
    signatures: isOwn ? ((turn.get('sig')?.value ?? {}) as Record<string, string>) : {},
  };
}
