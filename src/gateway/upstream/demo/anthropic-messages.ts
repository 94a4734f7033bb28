import {
  InvalidField,
  type JsonObject,
  optional,
  type Path,
  readArray,
  readObject,
  readOneOf,
  readString,
} from './fields.ts';
import { type DemoHistory, withoutReminders } from './prompt.ts';

/** What one message holds. */
interface Content {
  readonly texts: string[];
  readonly results: Map<string, string>;
  readonly calls: string[];
  /** Everything that counts as input. */
  readonly counted: string[];
}

/** Reads a messages history and holds it to Anthropic's pairing of tool_use and tool_result blocks. */
export function readAnthropicMessages(value: unknown): DemoHistory {
  const messages = readArray(value, ['messages']);
  if (messages.length === 0) throw new InvalidField(['messages'], 'at least one message is required');
  const counted: string[] = [];
  let userText = '';
  let toolResults: string[] = [];
  let calls: string[] = [];
  for (const [i, item] of messages.entries()) {
    const path: Path = ['messages', i];
    const message = readObject(item, path);
    const role = readOneOf(message.role, [...path, 'role'], ['user', 'assistant', 'system']);
    const content = readContent(message.content, [...path, 'content'], role, i === messages.length - 1);
    counted.push(...content.counted);
    // A system message may stand between the calls and their results.
    if (role === 'system') continue;
    checkPairs(calls, content.results, path);
    calls = content.calls;
    toolResults = [...content.results.values()];
    if (role === 'user') userText = withoutReminders(content.texts.join('\n')) || userText;
  }
  if (calls.length > 0) checkPairs(calls, new Map(), ['messages', messages.length - 1]);
  return { userText, toolResults, texts: counted };
}

function checkPairs(calls: readonly string[], results: ReadonlyMap<string, string>, path: Path): void {
  const open = calls.filter((id) => !results.has(id));
  if (open.length > 0) {
    const ids = open.slice(0, 4).join(', ').slice(0, 200);
    throw new InvalidField(path, `tool_use ids without a tool_result block immediately after: ${ids}`);
  }
  for (const id of results.keys()) {
    if (!calls.includes(id)) {
      throw new InvalidField(path, `tool_result for "${id.slice(0, 64)}", which no tool_use of the message before has`);
    }
  }
}

function readContent(value: unknown, path: Path, role: string, last: boolean): Content {
  const content: Content = { texts: [], results: new Map(), calls: [], counted: [] };
  if (typeof value === 'string') {
    if (value === '' && !(role === 'assistant' && last)) {
      throw new InvalidField(path, `${role} messages must have non-empty content`);
    }
    content.texts.push(value);
    content.counted.push(value);
    return content;
  }
  if (value !== undefined && !Array.isArray(value)) {
    throw new InvalidField(path, 'expected a string or an array of content blocks');
  }
  for (const [k, item] of readArray(value, path).entries()) {
    const at: Path = [...path, k];
    readBlock(readObject(item, at), at, role, content);
  }
  return content;
}

function readBlock(block: JsonObject, path: Path, role: string, content: Content): void {
  const type = readString(block.type, [...path, 'type']);
  switch (type) {
    case 'text': {
      const text = readString(block.text, [...path, 'text']);
      if (text.trim() === '') throw new InvalidField([...path, 'text'], 'text content blocks must be non-empty');
      content.texts.push(text);
      content.counted.push(text);
      return;
    }
    case 'thinking':
      content.counted.push(readString(block.thinking, [...path, 'thinking']));
      readString(block.signature, [...path, 'signature']);
      return;
    case 'tool_use':
      if (role !== 'assistant') throw new InvalidField(path, 'tool_use blocks can only be in assistant messages');
      content.calls.push(readString(block.id, [...path, 'id']));
      content.counted.push(
        readString(block.name, [...path, 'name']),
        JSON.stringify(readObject(block.input, [...path, 'input'])),
      );
      return;
    case 'tool_result': {
      if (role !== 'user') throw new InvalidField(path, 'tool_result blocks can only be in user messages');
      const text = readResult(block.content, [...path, 'content']);
      content.results.set(readString(block.tool_use_id, [...path, 'tool_use_id']), text);
      content.counted.push(text);
      return;
    }
    // The demo model sees neither pictures nor files, and what a provider's own tools did is not its business.
    case 'image':
    case 'document':
    case 'search_result':
    case 'redacted_thinking':
    case 'server_tool_use':
    case 'mcp_tool_use':
    case 'container_upload':
      return;
    default:
      if (type.endsWith('_tool_result')) return;
      throw new InvalidField([...path, 'type'], `no content block of type "${type.slice(0, 40)}" is known`);
  }
}

function readResult(value: unknown, path: Path): string {
  if (typeof value === 'string') return value;
  const texts: string[] = [];
  for (const [k, item] of (optional(value, path, readArray) ?? []).entries()) {
    const block = readObject(item, [...path, k]);
    if (readString(block.type, [...path, k, 'type']) === 'text') {
      texts.push(readString(block.text, [...path, k, 'text']));
    }
  }
  return texts.join('\n');
}
