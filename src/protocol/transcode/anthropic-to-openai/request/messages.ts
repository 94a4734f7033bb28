import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import { readAssistant } from './assistant-message.ts';
import { readSystemContent } from './content-blocks.ts';
import type { Context } from './context.ts';
import { listOf } from '../../../json/json-text.ts';
import { isPlain, joinParts, mergeAdjacent, type OpenAiMessage, type Part, renderMessage } from './openai-message.ts';
import { continueLast } from './prefill.ts';
import { readSystemPrompt } from './system-prompt.ts';
import { assistantTurns, roleOf, runsOf } from './turns.ts';
import { readUserTurn } from './user-turn.ts';

/** Writes `messages`: the system prompt as one message at the head, then the conversation. */
export function writeMessages(root: JsonNode, thinkingOff: boolean, context: Context): void {
  const { capabilities, body } = context;
  const messages = root.require('messages').asArray();
  if (messages.length === 0) throw root.require('messages').invalid('must hold at least one message');
  const system = [...readSystemPrompt(root.get('system'), context)];
  const conversation = readConversation(messages, system, thinkingOff, context);
  const all = [...systemMessage(system, 'system', context), ...conversation];
  const sent = capabilities.alternateRoles ? mergeAdjacent(all) : all;
  body.set('messages', listOf(sent.map(renderMessage)), 'messages');
  for (const [i, message] of sent.entries()) addOrigins(message, `messages.${i}`, context);
}

function addOrigins({ from, parts }: OpenAiMessage, at: string, { body }: Context): void {
  body.addOrigin(at, from);
  if (isPlain(parts)) body.addOrigin(`${at}.content`, parts[0]?.from ?? from);
  else for (const [i, part] of parts.entries()) body.addOrigin(`${at}.content.${i}`, part.from);
}

/** Texts of system messages that cannot stand where they stood are added to `system`. */
function readConversation(
  messages: readonly JsonNode[],
  system: Part[],
  thinkingOff: boolean,
  context: Context,
): OpenAiMessage[] {
  const out: OpenAiMessage[] = [];
  let calls: ReadonlyMap<string, JsonNode> = new Map();
  let concludesLoop = false;
  const lastUser = messages.findLastIndex((message) => roleOf(message) === 'user');
  for (const { role, run, end } of runsOf(messages)) {
    if (role !== 'user') checkAnswered(calls);
    switch (role) {
      case 'user':
        out.push(...readUserTurn(run, calls, context));
        concludesLoop = calls.size > 0;
        calls = new Map();
        break;
      case 'assistant':
        for (const turn of assistantTurns(run)) {
          const { message, calls: made } = readAssistant(turn, { thinkingOff, concludesLoop }, context);
          if (message.parts.length > 0 || made.size > 0) out.push(message);
          // Strict servers refuse it. Anthropic allows an empty message at the end: there is nothing to go on from.
          else if (turn.at(-1) !== messages.at(-1)) context.warnings.add('dropped.messages', message.from);
          calls = made;
        }
        if (end === messages.length) {
          checkAnswered(calls);
          continueLast(out, context);
        }
        break;
      case 'system':
        for (const [i, message] of run.entries()) {
          const isCleared = message.get('clear_at')?.value === 'next_user_message' && end - run.length + i < lastUser;
          if (!isCleared) out.push(...readSystem(message, system, context));
        }
    }
  }
  checkAnswered(calls);
  return out;
}

/** A system message in the midst of the others. */
function readSystem(message: JsonNode, system: Part[], context: Context): OpenAiMessage[] {
  const effort = message.get('output_config')?.asObject().get('effort');
  if (effort !== undefined) context.warnings.add('dropped.effort', effort.path);
  const content = message.get('content');
  const parts = content === undefined ? [] : readSystemContent(content, context);
  if (parts.length === 0) return [];
  if (!context.capabilities.midSystem) {
    context.warnings.add('approx.system_position', message.path);
    system.push(...parts);
    return [];
  }
  return systemMessage(parts, message.path, context);
}

/** None for no text. A server that takes one string only has no place for marks either. */
function systemMessage(parts: readonly Part[], from: string, { capabilities }: Context): OpenAiMessage[] {
  const joined = capabilities.system === 'one_string' ? joinParts(parts) : undefined;
  const sent =
    joined === undefined ? parts : [{ ...joined, mark: undefined, from: parts.length > 1 ? from : joined.from }];
  return sent.length === 0 ? [] : [{ role: 'system', parts: sent, toolCalls: [], members: [], from }];
}

/** Both vendors refuse a call without its result. */
function checkAnswered(calls: ReadonlyMap<string, JsonNode>): void {
  const [first] = calls.values();
  if (first === undefined) return;
  throw new ApiError(
    'invalid_value',
    `These tool_use ids have no tool_result in the user message directly behind: ${[...calls.keys()].join(', ')}`,
    { param: first.path },
  );
}
