import { findMember, type Member, type ObjectScan } from '../../../protocol/json/scan.ts';
import { elementsOf, objectAt, wordOf } from '../../routing/prompt-parts.ts';
import { readHead } from './capped-text.ts';
import { beginsAsError } from './error-text.ts';
import { commandKindOf } from './shell-command.ts';
import { type ToolKind, toolKindOf } from './tool-kind.ts';

/** A call of a tool, with what came of it. */
export interface ToolCall {
  readonly name: string;
  readonly kind: ToolKind | undefined;
  /** Whether its result is an error; false, too, where there is no result. */
  readonly failed: boolean;
}

/** A call in a message: where its arguments stand tells whether it is one that was made before. */
export interface CallSite extends Pick<ToolCall, 'name' | 'kind'> {
  readonly id: string;
  readonly args: Member | undefined;
}

const QUOTE = 0x22;
/** Bytes of a result, or of a call's arguments, that are read. */
const HEAD_BYTES = 240;

/** The calls of an assistant's message of either shape, in their order. */
export function* callsIn(bytes: Uint8Array, message: ObjectScan): Generator<CallSite> {
  for (const span of elementsOf(bytes, message, 'content')) {
    const block = objectAt(bytes, span);
    if (block === undefined || wordOf(bytes, block, 'type') !== 'tool_use') continue;
    yield siteOf(bytes, block, wordOf(bytes, block, 'id'), findMember(block, 'input'));
  }
  for (const span of elementsOf(bytes, message, 'tool_calls')) {
    const call = objectAt(bytes, span);
    const inner = inObject(bytes, call, 'function') ?? inObject(bytes, call, 'custom');
    if (inner === undefined) continue;
    const args = findMember(inner, 'arguments') ?? findMember(inner, 'input');
    yield siteOf(bytes, inner, wordOf(bytes, call, 'id'), args);
  }
  const legacy = inObject(bytes, message, 'function_call');
  if (legacy !== undefined) yield siteOf(bytes, legacy, undefined, findMember(legacy, 'arguments'));
}

/** Whether two calls are of one tool with the same arguments, byte for byte. */
export function isSameCall(bytes: Uint8Array, a: CallSite, b: CallSite): boolean {
  if (a.name !== b.name || a.args === undefined || b.args === undefined) return false;
  const length = a.args.valueEnd - a.args.valueStart;
  if (b.args.valueEnd - b.args.valueStart !== length) return false;
  for (let i = 0; i < length; i++) {
    if (bytes[a.args.valueStart + i] !== bytes[b.args.valueStart + i]) return false;
  }
  return true;
}

/** Whether the result that a block of a user's turn holds, or a message of a tool, is an error. */
export function isErrorResult(bytes: Uint8Array, holder: ObjectScan): boolean {
  const flag = findMember(holder, 'is_error');
  if (flag !== undefined && bytes[flag.valueStart] === 0x74) return true;
  const content = findMember(holder, 'content');
  if (content === undefined) return false;
  if (bytes[content.valueStart] === QUOTE) return beginsAsError(readHead(bytes, content, HEAD_BYTES));
  const [first] = elementsOf(bytes, holder, 'content');
  const block = first && objectAt(bytes, first);
  const text = block && findMember(block, 'text');
  return text !== undefined && bytes[text.valueStart] === QUOTE && beginsAsError(readHead(bytes, text, HEAD_BYTES));
}

function siteOf(bytes: Uint8Array, holder: ObjectScan, id: string | undefined, args: Member | undefined): CallSite {
  const name = wordOf(bytes, holder, 'name') ?? '';
  const kind = toolKindOf(name);
  const isCommand = kind === 'run' && args !== undefined;
  return { id: id ?? '', name, args, kind: isCommand ? commandKindOf(headOf(bytes, args)) : kind };
}

/** The arguments as they are written. */
function headOf(bytes: Uint8Array, { valueStart, valueEnd }: Member): string {
  let text = '';
  for (let i = valueStart; i < Math.min(valueEnd, valueStart + HEAD_BYTES); i++) {
    text += String.fromCharCode(bytes[i] as number);
  }
  return text;
}

function inObject(bytes: Uint8Array, holder: ObjectScan | undefined, name: string): ObjectScan | undefined {
  const member = holder === undefined ? undefined : findMember(holder, name);
  return member && objectAt(bytes, [member.valueStart, member.valueEnd]);
}
