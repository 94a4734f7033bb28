/** What an OpenAI answer says, read with none of the product's code: the reference for what has to come out of it. */
import { eventsOf, jsonOf } from '../same-shape/stream-runs.fixture.ts';

type Json = Record<string, unknown>;

export interface Said {
  text: string;
  thinking: string;
  calls: { name: string; args: string }[];
  finish: string | undefined;
  usage: Json | undefined;
}

const list = (value: unknown) => (Array.isArray(value) ? (value as Json[]) : []);
const string = (value: unknown) => (typeof value === 'string' ? value : '');

function textsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return list(value)
    .map((part) => textsOf(part.text))
    .join('');
}

/** One delta or message added to what was said so far. */
function add(said: Said, delta: Json, slots: Map<string, { name: string; args: string }>): void {
  const named = ['reasoning_content', 'reasoning', 'thinking'].map((name) => string(delta[name])).find((t) => t !== '');
  said.thinking +=
    named ??
    list(delta.reasoning_details)
      .map(({ text, summary }) => string(text ?? summary))
      .join('');
  for (const part of Array.isArray(delta.content) ? list(delta.content) : []) {
    if (part.type === 'text') said.text += textsOf(part.text);
    else said.thinking += textsOf(part.thinking ?? part.summary);
  }
  if (typeof delta.content === 'object' && delta.content !== null && !Array.isArray(delta.content)) {
    said.text += JSON.stringify(delta.content);
  }
  said.text += string(delta.content) + string(delta.refusal);
  const calls = list(delta.tool_calls);
  const legacy = delta.function_call as Json | undefined;
  if (calls.length === 0 && legacy) calls.push({ index: 'legacy', function: legacy });
  for (const { id, index, function: fn } of calls as { id?: string; index?: number; function: Json }[]) {
    const key = `${id || ''}`;
    let slot = (key === '' ? undefined : slots.get(key)) ?? (key === '' ? slots.get(`#${index}`) : undefined);
    if (slot === undefined) {
      if (!fn.name && !fn.arguments) continue;
      said.calls.push((slot = { name: '', args: '' }));
    }
    if (key !== '') slots.set(key, slot);
    slots.set(`#${index}`, slot);
    slot.name ||= string(fn.name);
    slot.args +=
      typeof fn.arguments === 'object' && fn.arguments !== null ? JSON.stringify(fn.arguments) : string(fn.arguments);
  }
}

function readChoice(said: Said, choice: Json | undefined, slots: Map<string, never>): void {
  if (choice === undefined) return;
  add(said, (choice.delta ?? choice.message ?? {}) as Json, slots);
  const finish = string(choice.finish_reason);
  if (finish !== '' && !(said.finish?.includes('tool') === true && finish === 'stop')) said.finish = finish;
}

const nothing = (): Said => ({ text: '', thinking: '', calls: [], finish: undefined, usage: undefined });

/** Up to `[DONE]` or an error; undefined for a stream that told one. */
export function readStream(text: string): Said | undefined {
  const said = nothing();
  const slots = new Map<string, never>();
  if (/^error:/m.test(text)) return undefined;
  for (const { event, data } of eventsOf(text)) {
    if (data.startsWith('[DONE]')) break;
    const chunk = jsonOf(data);
    if (chunk === undefined) continue;
    if (event === 'error' || (chunk.error ?? undefined) !== undefined) return undefined;
    readChoice(
      said,
      list(chunk.choices).find(({ index }) => (index ?? 0) === 0),
      slots,
    );
    if (typeof chunk.usage === 'object' && chunk.usage !== null) said.usage = chunk.usage as Json;
  }
  return said;
}

export function readCompletion(completion: Json): Said {
  const said = nothing();
  // Perplexity has an empty `delta` beside the message.
  readChoice(said, { ...list(completion.choices)[0], delta: undefined }, new Map<string, never>());
  said.usage = completion.usage as Json | undefined;
  return said;
}
