import { Place } from './frames.ts';
import { checkAnnotations, checkDetails } from './openai-delta.ts';
import { checkOpenAiUsage } from './openai-usage.ts';

/** Checks a whole completion. Throws a {@link GrammarError} that names the first violation. */
export function checkOpenAiCompletion(bytes: Uint8Array): void {
  const place = new Place('completion');
  const body = place.object(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 'body');
  place.members(body, ['id', 'object', 'created', 'model', 'choices', 'usage'], ['service_tier'], 'body');
  place.oneOf(body.object, ['chat.completion'], 'object');
  place.text(body.id, 'id');
  place.text(body.model, 'model');
  if (place.count(body.created, 'created') === 0) place.fail('created is 0');
  checkOpenAiUsage(body.usage, place);
  const choices = place.array(body.choices, 'choices');
  if (choices.length !== 1) place.fail(`has ${choices.length} choices`);
  const choice = place.object(choices[0], 'choices[0]');
  place.members(choice, ['index', 'message', 'logprobs', 'finish_reason'], [], 'choices[0]');
  place.oneOf(choice.index, [0], 'choices[0].index');
  place.oneOf(choice.logprobs, [null], 'choices[0].logprobs');
  const message = place.object(choice.message, 'message');
  const optional = ['reasoning_content', 'reasoning_details', 'tool_calls', 'function_call', 'annotations'];
  place.members(message, ['role', 'content', 'refusal'], optional, 'message');
  place.oneOf(message.role, ['assistant'], 'message.role');
  if (message.refusal !== null) place.text(message.refusal, 'message.refusal');
  if ('reasoning_content' in message) place.text(message.reasoning_content, 'message.reasoning_content');
  if ('reasoning_details' in message) checkDetails(message.reasoning_details, place);
  if ('annotations' in message) checkAnnotations(message.annotations, place);
  const calls = checkCalls(message, place);
  if (message.content === null) {
    if (calls === 0) place.fail('message.content is null, yet nothing was called');
  } else if (place.string(message.content, 'message.content') === '' && calls > 0) {
    place.fail('message.content must be null beside calls when there is no text');
  }
  const reasons = ['stop', 'length', 'content_filter', 'function_call', 'tool_calls'] as const;
  const reason = place.oneOf(choice.finish_reason, reasons, 'finish_reason');
  if (calls > 0 && reason === 'stop') place.fail('finish_reason is stop, yet a tool was called');
  if (reason === 'tool_calls' && !('tool_calls' in message)) place.fail('finish_reason is tool_calls without any');
  if (reason === 'function_call' && !('function_call' in message)) place.fail('finish_reason is function_call without');
}

function checkCalls(message: Record<string, unknown>, place: Place): number {
  if ('function_call' in message) {
    const call = place.object(message.function_call, 'function_call');
    place.members(call, ['name', 'arguments'], [], 'function_call');
    place.text(call.name, 'function_call.name');
    place.text(call.arguments, 'function_call.arguments');
    if ('tool_calls' in message) place.fail('both tool_calls and function_call');
    return 1;
  }
  if (!('tool_calls' in message)) return 0;
  const calls = place.array(message.tool_calls, 'tool_calls');
  // Strict clients take the key alone for a tool turn.
  if (calls.length === 0) place.fail('tool_calls is empty');
  const ids = new Set<string>();
  for (const item of calls) {
    const call = place.object(item, 'tool_calls[]');
    const kind = place.oneOf(call.type, ['function', 'custom'] as const, 'tool_calls[].type');
    place.members(call, ['id', 'type', kind], [], 'tool_calls[]');
    const id = place.text(call.id, 'tool_calls[].id');
    if (ids.has(id)) place.fail(`the id ${id} has been used before`);
    ids.add(id);
    const body = place.object(call[kind], kind);
    const member = kind === 'function' ? 'arguments' : 'input';
    place.members(body, ['name', member], [], kind);
    place.text(body.name, `${kind}.name`);
    if (kind === 'function') place.text(body[member], `${kind}.${member}`);
    else place.string(body[member], `${kind}.${member}`);
  }
  return calls.length;
}
