import type { JsonNode } from '../../../json/node.ts';

type Role = 'user' | 'assistant' | 'system';

/** Throws for a role that no message can have. */
export function roleOf(message: JsonNode): Role {
  const role = message.asObject().require('role');
  const name = role.asString();
  if (name === 'user' || name === 'assistant' || name === 'system') return name;
  throw role.invalid('must be user, assistant or system');
}

/** Messages of one role in a row, which are one turn to Anthropic; `end`: the index behind the last. */
export function* runsOf(messages: readonly JsonNode[]): Generator<{ role: Role; run: JsonNode[]; end: number }> {
  let run: JsonNode[] = [];
  for (const [i, message] of messages.entries()) {
    run.push(message);
    const role = roleOf(message);
    const next = messages[i + 1];
    if (next !== undefined && roleOf(next) === role) continue;
    yield { role, run, end: i + 1 };
    run = [];
  }
}

/** Each message by itself, but for those behind one that calls tools: nothing may stand between a call and its result. */
export function assistantTurns(run: readonly JsonNode[]): JsonNode[][] {
  const first = run.findIndex((message) =>
    message.get('content')?.elements.some((block) => block.get('type')?.value === 'tool_use'),
  );
  if (first < 0) return run.map((message) => [message]);
  return [...run.slice(0, first).map((message) => [message]), run.slice(first)];
}
