import type { AccumulatedUsage, JsonObject } from '../../support/accumulate/answer.ts';
import { nothing, parseObject, plainEvents, type PlainAnswer, type PlainCall } from './plain-answer.ts';

const FAILURES = ['error', 'network_error', 'insufficient_system_resource', 'abort'];

/** A recorded completion. */
export function readPlainCompletion(text: string): PlainAnswer {
  const answer = nothing();
  const body = parseObject(text);
  const choice = choiceOf(body);
  if (body === undefined || choice === undefined || body.error || choice.error) return { ...answer, failed: true };
  take(answer, choice, (choice.message ?? choice.delta ?? {}) as JsonObject, false);
  if (FAILURES.includes(answer.stop ?? '')) answer.failed = true;
  answer.usage = plainOpenAiUsage(body.usage as JsonObject | undefined);
  return answer;
}

/** A recorded stream. */
export function readPlainChunks(text: string): PlainAnswer {
  const answer = nothing();
  let done = false;
  for (const { event, data, json } of plainEvents(text)) {
    if (data.trim().startsWith('[DONE]')) {
      done = true;
      break;
    }
    if (event === 'error' || json?.error) {
      answer.failed = true;
      break;
    }
    if (json === undefined) continue;
    answer.usage = plainOpenAiUsage(json.usage as JsonObject | undefined) ?? answer.usage;
    const choice = choiceOf(json);
    if (choice === undefined) continue;
    if (choice.error || FAILURES.includes(choice.finish_reason as string)) {
      answer.failed = true;
      break;
    }
    // Perplexity repeats all so far in `message`.
    take(answer, choice, (choice.delta ?? choice.message ?? {}) as JsonObject, true);
  }
  if (answer.stop === undefined && !done) answer.failed = true;
  return answer;
}

function choiceOf(body: JsonObject | undefined): JsonObject | undefined {
  const choices = (Array.isArray(body?.choices) ? body.choices : []) as JsonObject[];
  // Others are further answers to the same question, which were not asked for.
  return choices.find((one) => (one.index ?? 0) === 0);
}

function take(answer: PlainAnswer, choice: JsonObject, said: JsonObject, stream: boolean): void {
  if (typeof said.content === 'string') answer.text += said.content;
  // One vendor parses the JSON that was asked for.
  else if (said.content && !Array.isArray(said.content)) answer.text += JSON.stringify(said.content);
  for (const part of Array.isArray(said.content) ? (said.content as JsonObject[]) : []) {
    if (part.type === 'text') answer.text += part.text;
    if (part.type === 'thinking' || part.type === 'reasoning') answer.reasoning += partText(part);
  }
  // The same may be told under several names.
  const thoughts = [said.reasoning_content, said.reasoning, detailsText(said.reasoning_details as JsonObject[])];
  answer.reasoning += thoughts.find((one) => typeof one === 'string' && one !== '') ?? '';
  if (typeof said.refusal === 'string') answer.refusal += said.refusal;
  for (const call of (said.tool_calls ?? []) as JsonObject[]) takeCall(answer.calls, call, stream);
  if (said.function_call?.name || said.function_call?.arguments)
    takeFunction(answer.calls, said.function_call as JsonObject);
  if (choice.finish_reason) answer.stop = choice.finish_reason;
  if (typeof choice.stop_reason === 'string') answer.stopSequence = choice.stop_reason;
}

function partText({ thinking, summary, text }: JsonObject): string {
  const inner = thinking ?? summary ?? text;
  return typeof inner === 'string' ? inner : ((inner ?? []) as JsonObject[]).map((one) => one.text as string).join('');
}

function detailsText(details: readonly JsonObject[] | null | undefined): string {
  return (Array.isArray(details) ? details : []).map(({ text, summary }) => (text ?? summary ?? '') as string).join('');
}

/** Which call a piece belongs to: the index says it, unless a new id and name come with an index that is taken. */
function takeCall(calls: (PlainCall & { index?: unknown })[], piece: JsonObject, stream: boolean): void {
  const { id, index } = piece;
  const { name, arguments: args } = (piece.function ?? {}) as JsonObject;
  const text = typeof args === 'string' ? args : args ? JSON.stringify(args) : '';
  const same = calls.findLast((call) => (index === undefined ? !name || call.id === id : call.index === index));
  const another = same !== undefined && Boolean(name) && Boolean(id) && id !== same.id;
  if (stream && same !== undefined && !another) same.args += text;
  else if (name) calls.push({ id: id ?? '', name, args: text, index });
}

function takeFunction(calls: PlainCall[], { name, arguments: args }: JsonObject): void {
  if (calls.length === 0) calls.push({ id: '', name, args: args ?? '' });
  else calls[0]!.args += args ?? '';
}

function plainOpenAiUsage(usage: JsonObject | null | undefined): AccumulatedUsage | undefined {
  // Nothing but zeros says as much as nothing.
  if (!usage?.prompt_tokens && !usage?.completion_tokens) return undefined;
  const cacheRead =
    usage.prompt_tokens_details?.cached_tokens ??
    usage.prompt_cache_hit_tokens ??
    usage.cache_read_input_tokens ??
    usage.num_cached_tokens ??
    0;
  const cacheWrite = usage.prompt_tokens_details?.cache_write_tokens ?? usage.cache_creation_input_tokens ?? 0;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  const prompt = usage.prompt_tokens ?? 0;
  const completion = usage.completion_tokens ?? 0;
  // Where reasoning is left out of the completion, the total tells.
  const isOutside = reasoning > 0 && usage.total_tokens === prompt + completion + reasoning;
  const output = isOutside ? completion + reasoning : completion;
  // And where sound is left out of the prompt (Mistral).
  const sound = usage.prompt_tokens_details?.audio_tokens ?? 0;
  const unheard = sound > 0 && usage.total_tokens === prompt + sound + completion ? sound : 0;
  return {
    input: Math.max(0, prompt + unheard - cacheRead - cacheWrite),
    cacheRead,
    cacheWrite,
    output,
    reasoning: Math.min(reasoning, output),
  };
}
