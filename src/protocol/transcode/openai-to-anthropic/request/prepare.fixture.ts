import { ApiError } from '../../../api-error.ts';
import type { Capabilities } from '../../capabilities.ts';
import { crossingOf, testPorts } from '../../crossing.fixture.ts';
import type { CrossingRequest } from '../../transcoder.ts';
import { prepareAnthropicRequest } from './request.ts';

const decoder = new TextDecoder();

// oxlint-disable-next-line typescript/no-explicit-any -- bodies are looked into freely
export type Sent = any;

export interface Tried {
  /** The body as text, and parsed. */
  readonly text: string;
  readonly sent: Sent;
  readonly warnings: readonly string[];
  readonly prepared: ReturnType<typeof prepareAnthropicRequest>;
}

/** Prepares a body, given as text or as members beside a model and one user message. */
export function prepare(
  body: string | Record<string, unknown>,
  capabilities: Partial<Capabilities> = {},
  more: Partial<CrossingRequest> = {},
): Tried {
  const given =
    typeof body === 'string' ? body : JSON.stringify({ model: 'public-model', messages: [user('Hi')], ...body });
  const prepared = prepareAnthropicRequest(crossingOf(given, 'anthropic', capabilities, more));
  const text = decoder.decode(prepared.body);
  return { text, sent: JSON.parse(text) as Sent, warnings: prepared.warnings.list, prepared };
}

/** The same for a list of messages. */
export function prepareMessages(
  messages: readonly unknown[],
  capabilities: Partial<Capabilities> = {},
  more: Partial<CrossingRequest> = {},
): Tried {
  return prepare({ messages }, capabilities, more);
}

/** With these turns in memory, by the id of their first tool call. */
export function remembering(turns: Readonly<Record<string, unknown>>): Partial<CrossingRequest> {
  return { ports: testPorts(new Map(Object.entries(turns).map(([id, turn]) => [id, JSON.stringify(turn)]))) };
}

/** `code param`, of the 400 that a body is refused with. */
export function refusalOf(body: string | Record<string, unknown>, capabilities: Partial<Capabilities> = {}): string {
  try {
    prepare(body, capabilities);
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.details.param ?? ''}`;
    throw error;
  }
  throw new Error('it was not refused');
}

export function user(content: unknown): { role: 'user'; content: unknown } {
  return { role: 'user', content };
}

export function assistant(content: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { role: 'assistant', content, ...more };
}

export function call(id: string, name = 'f', args: unknown = '{"a":1}'): Record<string, unknown> {
  return { id, type: 'function', function: { name, arguments: args } };
}

export function tool(id: string, content: unknown, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { role: 'tool', tool_call_id: id, content, ...more };
}

export function functionTool(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'function', function: { name, parameters: { type: 'object', properties: {} }, ...more } };
}
