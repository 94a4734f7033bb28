import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import { readUserBlock } from './content-blocks.ts';
import type { Context } from './context.ts';
import { type OpenAiMessage, type Part, textParts } from './openai-message.ts';
import { readToolResults } from './tool-results.ts';

/**
 * A turn of the user's, which answers `calls`: the results first and directly behind the assistant, as both vendors want
 * it, whatever the order of the blocks; then what the user says.
 */
export function readUserTurn(
  messages: readonly JsonNode[],
  calls: ReadonlyMap<string, JsonNode>,
  context: Context,
): OpenAiMessage[] {
  const contents = messages.map((message) => message.require('content'));
  const results = contents.flatMap((content) => (content.kind === 'string' ? [] : content.asArray().filter(isResult)));
  checkResults(results, calls, messages[0]);
  const said = contents.flatMap((content, i) => {
    const parts = readSaid(content, context);
    if (parts.length > 0) return [{ parts, from: messages[i]?.path ?? '' }];
    const hasResult = content.elements.some(isResult);
    if (hasResult) return [];
    throw content.invalid('must not be empty');
  });
  return [
    ...readToolResults(results, context),
    ...said.map(({ parts, from }) => ({ role: 'user', parts, toolCalls: [], members: [], from }) as const),
  ];
}

function isResult(block: JsonNode): boolean {
  return block.asObject().get('type')?.value === 'tool_result';
}

function readSaid(content: JsonNode, context: Context): readonly Part[] {
  if (content.kind === 'string') return textParts(content, content.path);
  return content.asArray().flatMap((block) => (isResult(block) ? [] : readUserBlock(block, context)));
}

function checkResults(
  results: readonly JsonNode[],
  calls: ReadonlyMap<string, JsonNode>,
  message: JsonNode | undefined,
): void {
  const answered = new Set<string>();
  for (const result of results) {
    const id = result.require('tool_use_id');
    const name = id.asString();
    if (!calls.has(name)) {
      throw id.invalid(`names no tool_use of the assistant message directly before: ${JSON.stringify(name)}`);
    }
    if (answered.has(name)) throw id.invalid(`is answered twice: ${JSON.stringify(name)}`);
    answered.add(name);
  }
  const missing = [...calls.keys()].filter((id) => !answered.has(id));
  if (missing.length > 0) {
    throw new ApiError(
      'invalid_value',
      `These tool_use ids of the assistant message before have no tool_result here: ${missing.join(', ')}`,
      { param: message?.path ?? 'messages' },
    );
  }
}
