/**
 * What the official Python SDK makes of a stream: its SSE decoder and `accumulate_delta`, rule for rule. It is the
 * client that forgives least: it concatenates whatever string comes twice.
 */
import { toError, type AccumulatedAnswer, type JsonObject } from './answer.ts';
import { readCompletion } from './openai-sdk.ts';
import { accumulateDelta, isDict } from './python-delta.ts';

export function accumulateOpenAiPython(bytes: Uint8Array): AccumulatedAnswer {
  let snapshot: JsonObject | undefined;
  try {
    for (const data of decodePython(new TextDecoder().decode(bytes))) {
      if (data.startsWith('[DONE]')) break;
      const chunk = JSON.parse(data) as JsonObject;
      if (isDict(chunk) && chunk.error) throw new Error(chunk.error.message ?? 'An error occurred during streaming');
      snapshot = addChunk(snapshot, chunk);
    }
    return readCompletion(snapshot);
  } catch (thrown) {
    return { ...readCompletion(snapshot), error: toError(thrown) };
  }
}

/** An event that has only an id or a retry is one whose data is empty, which is no JSON. */
function* decodePython(text: string): Generator<string> {
  let data: string[] = [];
  let event = '';
  let other = false;
  // What stands behind the last blank line is never told.
  for (const line of text.split(/\r\n|\n|\r/).slice(0, -1)) {
    if (line === '') {
      if (event !== '' || data.length > 0 || other) yield data.join('\n');
      data = [];
      event = '';
      other = false;
      continue;
    }
    if (line.startsWith(':')) continue;
    const at = line.indexOf(':');
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id' || (name === 'retry' && /^\d+$/.test(value))) other = true;
  }
}

function addChunk(snapshot: JsonObject | undefined, chunk: JsonObject): JsonObject {
  const choices = chunk.choices as JsonObject[];
  if (snapshot === undefined) {
    return { ...chunk, choices: choices.map(({ delta, ...choice }) => ({ ...choice, message: delta })) };
  }
  for (const choice of choices) {
    const known = snapshot.choices[choice.index] as JsonObject | undefined;
    if (known === undefined) {
      const { delta, ...rest } = choice;
      snapshot.choices.push({ ...rest, message: delta });
      continue;
    }
    known.message = accumulateDelta(known.message as JsonObject, choice.delta as JsonObject);
    if (choice.finish_reason) known.finish_reason = choice.finish_reason;
  }
  snapshot.usage = chunk.usage;
  return snapshot;
}
