import type { JsonNode } from '../../../json/node.ts';
import { readText } from './content-blocks.ts';
import type { Context } from './context.ts';
import { type OpenAiMessage, textPart, textParts } from './openai-message.ts';
import { replayReasoning } from './reasoning-replay.ts';
import { renderAsText } from './text-rendering.ts';
import { TextRun } from './text-run.ts';
import { writeCall } from './tool-calls.ts';

/** What becomes of a block in an assistant's turn. */
const ROLES: Readonly<Record<string, 'text' | 'thinking' | 'call' | 'rendered'>> = {
  text: 'text',
  thinking: 'thinking',
  redacted_thinking: 'thinking',
  tool_use: 'call',
  search_result: 'rendered',
  server_tool_use: 'rendered',
  web_search_tool_result: 'rendered',
  web_fetch_tool_result: 'rendered',
  code_execution_tool_result: 'rendered',
  bash_code_execution_tool_result: 'rendered',
  text_editor_code_execution_tool_result: 'rendered',
  tool_search_tool_result: 'rendered',
  advisor_tool_result: 'rendered',
  mcp_tool_use: 'rendered',
  mcp_tool_result: 'rendered',
};

export interface AssistantTurn {
  readonly message: OpenAiMessage;
  /** The turn's calls, by the client's ids. */
  readonly calls: ReadonlyMap<string, JsonNode>;
}

/** One message of one or more of the client's, which are one turn to Anthropic. */
export function readAssistant(
  messages: readonly JsonNode[],
  replaying: { readonly thinkingOff: boolean; readonly concludesLoop: boolean },
  context: Context,
): AssistantTurn {
  const text = new TextRun();
  const thinking: JsonNode[] = [];
  const calls = new Map<string, JsonNode>();
  for (const content of messages.map((message) => message.require('content'))) {
    if (content.kind === 'string') for (const part of textParts(content, content.path)) text.add(part, false);
    else {
      for (const block of content.asArray()) {
        switch (roleOf(block)) {
          case 'text':
            for (const part of readText(block, context)) text.add(part, false);
            break;
          case 'thinking':
            thinking.push(block);
            break;
          case 'call':
            addCall(block, calls);
            break;
          case 'rendered': {
            context.warnings.add(`approx.${block.require('type').asString()}`, block.path);
            const rendered = renderAsText(block, context);
            if (rendered !== undefined) text.add(textPart(rendered, block.path), true);
          }
        }
      }
    }
  }
  const replay = replayReasoning(thinking, calls, replaying, context);
  const toolCalls = [...calls].map(([id, block]) => writeCall(block, replay.signatureOf(id), context));
  const from = messages[0]?.path ?? '';
  return { message: { role: 'assistant', parts: text.parts, toolCalls, members: replay.members, from }, calls };
}

function roleOf(block: JsonNode) {
  const type = block.asObject().require('type');
  const name = type.asString();
  const role = Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
  if (role !== undefined) return role;
  throw type.unsupported(
    `A block of the type ${JSON.stringify(name)} is not available in an assistant message on this model`,
  );
}

function addCall(block: JsonNode, calls: Map<string, JsonNode>): void {
  const id = block.require('id');
  if (id.asString() === '') throw id.invalid('must not be empty');
  if (calls.has(id.asString())) throw id.invalid('stands twice within one turn; ids of calls must differ');
  calls.set(id.asString(), block);
}
