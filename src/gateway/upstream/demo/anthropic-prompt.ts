import { readAnthropicMessages } from './anthropic-messages.ts';
import {
  InvalidField,
  type JsonObject,
  optional,
  type Path,
  readArray,
  readBoolean,
  readNumber,
  readObject,
  readOneOf,
  readPositive,
  readString,
} from './fields.ts';
import type { DemoPrompt, DemoTool, DemoToolChoice } from './prompt.ts';
import { countTokens } from './tokens.ts';

/**
 * Reads a messages request; with `counting`, one for count_tokens, which has no `max_tokens`.
 * Throws `InvalidField` for what Anthropic would refuse with a 400.
 */
export function readAnthropicPrompt(body: JsonObject, counting = false): DemoPrompt {
  const model = readString(body.model, ['model']);
  refuseThread(body.thread);
  const maxTokens = counting ? Infinity : readPositive(body.max_tokens, ['max_tokens']);
  const messages = readAnthropicMessages(body.messages);
  const { tools, texts } = readTools(body.tools);
  for (const name of ['temperature', 'top_p', 'top_k']) optional(body[name], [name], readNumber);
  const choice = readToolChoice(body.tool_choice, tools);
  const json = readFormat(body.output_config);
  const counted = [...readSystem(body.system), ...messages.texts, ...texts];
  if (json !== undefined) counted.push(JSON.stringify(json.schema));
  return {
    model,
    userText: messages.userText,
    toolResults: messages.toolResults,
    tools,
    ...choice,
    thinking: readThinking(body.thinking),
    maxTokens,
    stops: readStops(body.stop_sequences),
    json,
    stream: optional(body.stream, ['stream'], readBoolean) ?? false,
    usageChunk: false,
    inputTokens: counted.reduce((sum, text) => sum + countTokens(text), 0),
  };
}

/**
 * A message thread lives on the server, and the demo model keeps nothing. With this error code the official SDK's
 * tool runner, which asks for threads by default, goes on with the whole history in every request.
 */
function refuseThread(value: unknown): void {
  if (value === undefined || value === null) return;
  const reason = 'the demo model keeps no message threads: send the whole history';
  throw new InvalidField(['thread'], reason, false, 'thread_unsupported_request');
}

function readSystem(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [value];
  return readArray(value, ['system']).map((item, i) => {
    const block = readObject(item, ['system', i]);
    readOneOf(block.type, ['system', i, 'type'], ['text']);
    return readString(block.text, ['system', i, 'text']);
  });
}

function readTools(value: unknown): { tools: DemoTool[]; texts: string[] } {
  const tools: DemoTool[] = [];
  const texts: string[] = [];
  for (const [i, item] of (optional(value, ['tools'], readArray) ?? []).entries()) {
    const path: Path = ['tools', i];
    const tool = readObject(item, path);
    const type = optional(tool.type, [...path, 'type'], readString) ?? 'custom';
    // A typed tool (web_search_20250305, bash_20250124) brings no schema: the demo model never calls one.
    if (type !== 'custom') continue;
    const name = readString(tool.name, [...path, 'name']);
    const schema = readObject(tool.input_schema, [...path, 'input_schema']);
    texts.push(name, optional(tool.description, [...path, 'description'], readString) ?? '', JSON.stringify(schema));
    tools.push({ name, schema });
  }
  return { tools, texts };
}

function readToolChoice(
  value: unknown,
  tools: readonly DemoTool[],
): { toolChoice: DemoToolChoice; parallelTools: boolean } {
  const path: Path = ['tool_choice'];
  const choice = optional(value, path, readObject);
  if (choice === undefined) return { toolChoice: { mode: 'auto' }, parallelTools: true };
  const mode = readOneOf(choice.type, [...path, 'type'], ['auto', 'any', 'tool', 'none']);
  const single: Path = [...path, 'disable_parallel_tool_use'];
  const parallelTools = !(optional(choice.disable_parallel_tool_use, single, readBoolean) ?? false);
  if (mode === 'any' && tools.length === 0) throw new InvalidField(path, '"any" needs at least one tool in "tools"');
  if (mode !== 'tool') return { toolChoice: { mode }, parallelTools };
  const name = readString(choice.name, [...path, 'name']);
  if (!tools.some((tool) => tool.name === name)) {
    throw new InvalidField([...path, 'name'], `no tool "${name}" in "tools"`);
  }
  return { toolChoice: { mode, name }, parallelTools };
}

function readThinking(value: unknown): DemoPrompt['thinking'] {
  const thinking = optional(value, ['thinking'], readObject);
  if (thinking === undefined) return 'off';
  const type = readOneOf(thinking.type, ['thinking', 'type'], ['enabled', 'adaptive', 'between_tools', 'disabled']);
  if (type === 'enabled') readPositive(thinking.budget_tokens, ['thinking', 'budget_tokens']);
  if (type !== 'enabled' && type !== 'adaptive') return 'off';
  const display = optional(thinking.display, ['thinking', 'display'], readString);
  return display === 'omitted' ? 'hidden' : 'shown';
}

function readStops(value: unknown): readonly string[] {
  return (optional(value, ['stop_sequences'], readArray) ?? []).map((item, i) => {
    const stop = readString(item, ['stop_sequences', i]);
    if (stop.trim() === '') {
      throw new InvalidField(['stop_sequences', i], 'each stop sequence must contain non-whitespace');
    }
    return stop;
  });
}

function readFormat(value: unknown): DemoPrompt['json'] {
  const config = optional(value, ['output_config'], readObject);
  const path: Path = ['output_config', 'format'];
  const format = optional(config?.format, path, readObject);
  if (format === undefined) return undefined;
  readOneOf(format.type, [...path, 'type'], ['json_schema']);
  return { schema: readObject(format.schema, [...path, 'schema']) };
}
