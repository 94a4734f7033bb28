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
import { readOpenaiMessages } from './openai-messages.ts';
import type { DemoPrompt, DemoTool, DemoToolChoice } from './prompt.ts';
import { countTokens } from './tokens.ts';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const MAX_STOPS = 4;

/** Reads a chat-completions request. Throws `InvalidField` for what OpenAI would refuse with a 400. */
export function readOpenaiPrompt(body: JsonObject): DemoPrompt {
  const model = readString(body.model, ['model']);
  const messages = readOpenaiMessages(body.messages);
  const listed = readTools(body.tools);
  const stream = optional(body.stream, ['stream'], readBoolean) ?? false;
  const n = optional(body.n, ['n'], readNumber) ?? 1;
  if (n !== 1) throw new InvalidField(['n'], `the demo model gives one choice, got n = ${n}`);
  if (body.functions !== undefined) {
    throw new InvalidField(['functions'], 'the demo model takes "tools", not the older "functions"');
  }
  for (const name of ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'seed']) {
    optional(body[name], [name], readNumber);
  }
  const { tools, toolChoice } = readToolChoice(body.tool_choice, listed.tools);
  const effort = optional(body.reasoning_effort, ['reasoning_effort'], (v, p) => readOneOf(v, p, EFFORTS));
  const format = readResponseFormat(body.response_format);
  const texts = [...messages.texts, ...listed.texts, ...format.texts];
  return {
    model,
    userText: messages.userText,
    toolResults: messages.toolResults,
    tools,
    toolChoice,
    parallelTools: optional(body.parallel_tool_calls, ['parallel_tool_calls'], readBoolean) ?? true,
    thinking: effort === undefined || effort === 'none' ? 'off' : 'shown',
    maxTokens:
      optional(body.max_completion_tokens, ['max_completion_tokens'], readPositive) ??
      optional(body.max_tokens, ['max_tokens'], readPositive) ??
      Infinity,
    stops: readStops(body.stop),
    json: format.json,
    stream,
    usageChunk: readUsageChunk(body.stream_options, stream),
    inputTokens: texts.reduce((sum, text) => sum + countTokens(text), 0),
  };
}

function readTools(value: unknown): { tools: DemoTool[]; texts: string[] } {
  const tools: DemoTool[] = [];
  const texts: string[] = [];
  for (const [i, item] of (optional(value, ['tools'], readArray) ?? []).entries()) {
    const path: Path = ['tools', i];
    const tool = readObject(item, path);
    const type = readOneOf(tool.type, [...path, 'type'], ['function', 'custom']);
    const inner = readObject(tool[type], [...path, type]);
    const name = readString(inner.name, [...path, type, 'name']);
    texts.push(name, optional(inner.description, [...path, type, 'description'], readString) ?? '');
    // A custom tool takes free text after a grammar, which the demo model has no way to honour: it never calls one.
    if (type === 'custom') continue;
    const schema = optional(inner.parameters, [...path, type, 'parameters'], readObject);
    if (schema !== undefined) texts.push(JSON.stringify(schema));
    tools.push({ name, schema });
  }
  return { tools, texts };
}

function readToolChoice(
  value: unknown,
  tools: readonly DemoTool[],
): { tools: readonly DemoTool[]; toolChoice: DemoToolChoice } {
  const path: Path = ['tool_choice'];
  if (value === undefined || value === null) return { tools, toolChoice: { mode: 'auto' } };
  if (typeof value === 'string') return { tools, toolChoice: { mode: readMode(value, path, tools) } };
  const choice = readObject(value, path);
  const type = readOneOf(choice.type, [...path, 'type'], ['function', 'allowed_tools']);
  if (type === 'function') {
    return { tools, toolChoice: { mode: 'tool', name: readToolName(choice, path, tools) } };
  }
  const allowed = readObject(choice.allowed_tools, [...path, type]);
  const names = readArray(allowed.tools, [...path, type, 'tools']).map((item, i) => {
    const at: Path = [...path, type, 'tools', i];
    return readToolName(readObject(item, at), at, tools);
  });
  const left = tools.filter((tool) => names.includes(tool.name));
  return { tools: left, toolChoice: { mode: readMode(allowed.mode, [...path, type, 'mode'], left) } };
}

function readMode(value: unknown, path: Path, tools: readonly DemoTool[]): 'auto' | 'none' | 'any' {
  const mode = readOneOf(value, path, ['auto', 'none', 'required']);
  if (mode !== 'required') return mode;
  if (tools.length === 0) throw new InvalidField(path, '"required" needs at least one function in "tools"');
  return 'any';
}

function readToolName(choice: JsonObject, path: Path, tools: readonly DemoTool[]): string {
  const at: Path = [...path, 'function', 'name'];
  const name = readString(readObject(choice.function, [...path, 'function']).name, at);
  if (!tools.some((tool) => tool.name === name)) throw new InvalidField(at, `no function "${name}" in "tools"`);
  return name;
}

function readStops(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [value];
  const stops = readArray(value, ['stop']).map((item, i) => readString(item, ['stop', i]));
  if (stops.length > MAX_STOPS) {
    throw new InvalidField(['stop'], `expected at most ${MAX_STOPS} stop sequences, got ${stops.length}`);
  }
  return stops.filter((stop) => stop !== '');
}

function readResponseFormat(value: unknown): { json: DemoPrompt['json']; texts: string[] } {
  const path: Path = ['response_format'];
  const format = optional(value, path, readObject);
  if (format === undefined) return { json: undefined, texts: [] };
  const type = readOneOf(format.type, [...path, 'type'], ['text', 'json_object', 'json_schema']);
  if (type === 'text') return { json: undefined, texts: [] };
  if (type === 'json_object') return { json: { schema: undefined }, texts: [] };
  const schema = readObject(format.json_schema, [...path, type]).schema;
  return { json: { schema }, texts: schema === undefined ? [] : [JSON.stringify(schema)] };
}

function readUsageChunk(value: unknown, stream: boolean): boolean {
  const options = optional(value, ['stream_options'], readObject);
  if (options === undefined) return false;
  if (!stream) throw new InvalidField(['stream_options'], 'allowed only when "stream" is true');
  return optional(options.include_usage, ['stream_options', 'include_usage'], readBoolean) ?? false;
}
