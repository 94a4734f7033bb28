import { literalOf } from '../json/literal.ts';
import type { JsonNode } from '../json/node.ts';
import { readContent } from '../openai/content.ts';
import { findReasoning, reasoningMembers, reasoningTexts } from '../openai/reasoning.ts';
import { lengthOf, type Tally } from './tally.ts';

const REASONING_MEMBERS = reasoningMembers([]);

/** Counts what the choices of chunks, or of a whole completion, hold. */
export class OpenAiOutputCounter {
  readonly #tally: Tally;
  /** Chunks had a `delta`: a `message` beside or instead of it repeats what was said. */
  #sawDelta = false;
  /** Reasoning came in a member of its own: texts in `reasoning_details` repeat it. */
  #sawReasoning = false;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A choice of a whole completion; some have a `delta` that says nothing beside its message. */
  whole(choice: JsonNode): void {
    this.#say(choice.get('message') ?? choice.get('delta'), choice);
  }

  /** A choice of a chunk. */
  piece(choice: JsonNode): void {
    const delta = choice.get('delta');
    if (delta !== undefined) this.#sawDelta = true;
    this.#say(delta ?? (this.#sawDelta ? undefined : choice.get('message')), choice);
  }

  #say(said: JsonNode | undefined, choice: JsonNode): void {
    // Together has the text beside the delta as well.
    if (said !== undefined) this.#message(said);
    else if (!this.#sawDelta) this.#add(choice.get('text'));
  }

  #message(said: JsonNode): void {
    const { text, reasoning } = this.#tally;
    for (const { kind, node } of readContent(said.get('content'))) {
      if (kind === 'json') {
        // It becomes a text.
        const { start, end } = literalOf(node.raw);
        text.bytes += end - start;
      } else (kind === 'thinking' ? reasoning : text).bytes += lengthOf(node);
    }
    this.#reasoning(said);
    this.#add(said.get('refusal'));
    const calls = said.get('tool_calls')?.elements ?? [];
    for (const call of calls) this.#call(call.get('function') ?? call.get('custom'));
    // Beside `tool_calls` it repeats the first of them.
    if (calls.length === 0) this.#call(said.get('function_call'));
    const audio = said.get('audio');
    this.#add(audio?.get('transcript'));
    if (lengthOf(audio?.get('data')) > 0 || (said.get('images')?.elements.length ?? 0) > 0) this.#tally.noteOutput();
  }

  #reasoning(said: JsonNode): void {
    const { reasoning } = this.#tally;
    const shown = findReasoning(said, REASONING_MEMBERS);
    if (shown !== undefined) this.#sawReasoning = true;
    const texts = shown !== undefined ? [shown] : this.#sawReasoning ? [] : reasoningTexts(said);
    for (const node of texts) reasoning.bytes += lengthOf(node);
    // What nobody may read was put out all the same.
    if ((said.get('reasoning_details')?.elements.length ?? 0) > 0) this.#tally.noteOutput();
  }

  #call(call: JsonNode | undefined): void {
    this.#add(call?.get('name'));
    this.#add(call?.get('arguments') ?? call?.get('input'));
  }

  #add(node: JsonNode | undefined): void {
    this.#tally.text.bytes += lengthOf(node);
  }
}
