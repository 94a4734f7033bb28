import type { JsonNode } from '../../../json/node.ts';
import { wordOf } from './string-literal.ts';
import type { Context } from './context.ts';
import type { OfferedTool } from './offered-tool.ts';
import type { OfferedTools } from './tools.ts';

/** The upstream's words for it. */
export type ChoiceType = 'auto' | 'any' | 'tool' | 'none';

/** What is to be called. */
export interface ToolChoice {
  readonly type: ChoiceType;
  /** The upstream's name of the one tool that must be called. */
  readonly name?: string;
}

/** Which tools the model may call, and which it must. */
export interface ChosenTools {
  /** The tools the model may call: fewer than are offered where the client allows only some. */
  readonly tools: readonly OfferedTool[];
  /** Undefined: the upstream's default, the model's own choice. */
  readonly choice: ToolChoice | undefined;
  readonly disableParallel: boolean;
}

const MODES: ReadonlyMap<string, ChoiceType> = new Map<string, ChoiceType>([
  ['auto', 'auto'],
  ['none', 'none'],
  ['required', 'any'],
  // Some vendors' and Anthropic's own word for it.
  ['any', 'any'],
]);

/** Which tools may, and which must be called. Nothing of it is sent where there are no tools. */
export function chooseTools({ list, isLegacy }: OfferedTools, context: Context): ChosenTools {
  if (list.length === 0) return { tools: list, choice: undefined, disableParallel: false };
  const { members } = context;
  const parallel = members.get('parallel_tool_calls')?.asBoolean();
  const disableParallel = isLegacy || parallel === false;
  const node = members.get('tool_choice') ?? members.get('function_call');
  if (node === undefined) return { tools: list, choice: undefined, disableParallel };
  const allowed = wordOf(node.get('type') ?? node) === 'allowed_tools' ? readAllowed(node, list) : undefined;
  return allowed === undefined
    ? { tools: list, choice: readChoice(node, context), disableParallel }
    : { ...allowed, disableParallel };
}

function readChoice(node: JsonNode, context: Context): ToolChoice {
  if (node.kind === 'string') return { type: readMode(node) };
  const type = node.asObject().get('type');
  // A legacy `function_call` has no type, but the name.
  const word = type === undefined ? 'legacy' : (wordOf(type) ?? '');
  if (MODES.has(word)) return { type: MODES.get(word) as ChoiceType };
  const holder = word === 'function' || word === 'custom' ? (node.get(word)?.asObject() ?? node) : node;
  if (word !== 'function' && word !== 'custom' && word !== 'tool' && word !== 'legacy') {
    throw (type as JsonNode).unsupported(`A tool_choice of the type ${(type as JsonNode).raw} is not available here`);
  }
  const name = holder.require('name');
  if (!context.names.has(name.asString())) throw name.invalid('names a tool that is not offered');
  return { type: 'tool', name: context.names.toUpstream(name.asString()) };
}

function readMode(node: JsonNode): ChoiceType {
  const mode = MODES.get(wordOf(node) ?? '');
  if (mode === undefined) throw node.invalid(`must be ${[...MODES.keys()].join(', ')} or name a tool`);
  return mode;
}

/** The upstream cannot be told to pass over tools it is shown: it is shown the allowed ones alone. */
function readAllowed(node: JsonNode, list: readonly OfferedTool[]): Omit<ChosenTools, 'disableParallel'> {
  const allowed = node.get('allowed_tools')?.asObject() ?? node;
  const mode = readMode(allowed.require('mode'));
  const wanted = new Set<string>();
  for (const tool of allowed.require('tools').asArray()) {
    const holder = (tool.asObject().get('function') ?? tool.get('custom') ?? tool).asObject();
    const name = holder.require('name');
    if (!list.some((offered) => offered.name === name.asString()))
      throw name.invalid('names a tool that is not offered');
    wanted.add(name.asString());
  }
  if (wanted.size === 0) throw allowed.require('tools').invalid('must name at least one tool');
  return { tools: list.filter(({ name, isServerTool }) => isServerTool || wanted.has(name)), choice: { type: mode } };
}

/** Undefined where nothing has to be said. */
export function writeToolChoice({ tools, choice, disableParallel }: ChosenTools): string | undefined {
  if (tools.length === 0 || (choice === undefined && !disableParallel)) return undefined;
  const { type, name }: ToolChoice = choice ?? { type: 'auto' };
  return JSON.stringify({ type, name, ...(disableParallel && type !== 'none' && { disable_parallel_tool_use: true }) });
}
