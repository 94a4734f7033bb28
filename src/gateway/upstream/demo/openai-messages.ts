import { InvalidField, optional, type Path, readArray, readObject, readOneOf, readString } from './fields.ts';
import { type DemoHistory, withoutReminders } from './prompt.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
const PARTS = ['text', 'refusal', 'image_url', 'input_audio', 'file'] as const;

/** Reads a chat-completions history and holds it to OpenAI's pairing of tool calls and their results. */
export function readOpenaiMessages(value: unknown): DemoHistory {
  const messages = readArray(value, ['messages']);
  if (messages.length === 0) throw new InvalidField(['messages'], 'expected at least one message, got an empty array');
  const texts: string[] = [];
  let userText = '';
  let toolResults: string[] = [];
  const open = new Set<string>();
  for (const [i, item] of messages.entries()) {
    const path: Path = ['messages', i];
    const message = readObject(item, path);
    const role = readOneOf(message.role, [...path, 'role'], ROLES);
    const calls = role === 'assistant' ? readCalls(message.tool_calls, [...path, 'tool_calls'], texts) : [];
    const text = readContent(message.content, [...path, 'content'], role === 'assistant');
    texts.push(text);
    if (role === 'tool') {
      const id = readString(message.tool_call_id, [...path, 'tool_call_id']);
      if (!open.delete(id)) {
        throw new InvalidField(
          [...path, 'tool_call_id'],
          `"${id.slice(0, 64)}" answers no tool call of the assistant message before it`,
        );
      }
      toolResults.push(text);
      continue;
    }
    requireAnswered(open, path);
    toolResults = [];
    for (const id of calls) open.add(id);
    if (role === 'assistant') {
      texts.push(optional(message.reasoning_content, [...path, 'reasoning_content'], readString) ?? '');
    }
    if (role === 'user') userText = withoutReminders(text) || userText;
  }
  requireAnswered(open, ['messages']);
  return { userText, toolResults, texts };
}

function requireAnswered(open: ReadonlySet<string>, path: Path): void {
  if (open.size === 0) return;
  const ids = [...open].slice(0, 4).join(', ').slice(0, 200);
  throw new InvalidField(path, `tool messages must follow that answer every tool_call_id; without an answer: ${ids}`);
}

function readCalls(value: unknown, path: Path, texts: string[]): string[] {
  return (optional(value, path, readArray) ?? []).map((item, k) => {
    const at: Path = [...path, k];
    const call = readObject(item, at);
    const type = readOneOf(call.type, [...at, 'type'], ['function', 'custom']);
    const inner = readObject(call[type], [...at, type]);
    const written = type === 'function' ? 'arguments' : 'input';
    texts.push(readString(inner.name, [...at, type, 'name']), readString(inner[written], [...at, type, written]));
    return readString(call.id, [...at, 'id']);
  });
}

function readContent(value: unknown, path: Path, mayLack: boolean): string {
  if (typeof value === 'string') return value;
  if (mayLack && (value === undefined || value === null)) return '';
  if (value !== undefined && !Array.isArray(value)) {
    throw new InvalidField(path, 'expected a string or an array of content parts');
  }
  const texts: string[] = [];
  for (const [k, item] of readArray(value, path).entries()) {
    const at: Path = [...path, k];
    const part = readObject(item, at);
    const type = readOneOf(part.type, [...at, 'type'], PARTS);
    // The demo model neither sees nor hears: a picture, sound or file counts no tokens.
    if (type === 'text' || type === 'refusal') texts.push(readString(part[type], [...at, type]));
    else readObject(part[type], [...at, type]);
  }
  return texts.join('\n');
}
