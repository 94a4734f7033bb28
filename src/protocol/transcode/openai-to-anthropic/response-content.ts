import type { JsonNode } from '../../json/node.ts';
import type { Oddities } from '../oddities.ts';
import { Annotations, utf16Length } from './annotations.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { renderExtras } from './extras.ts';
import { BREAK, isThinking } from './reasoning.ts';
import { isKnownHidden, isServerTool } from './stream-block.ts';
import { renderCall, toToolCall } from './tool-call.ts';

/** What the blocks of a message are to an OpenAI client. Texts are the insides of string literals. */
export interface Content {
  readonly text: string;
  readonly hasText: boolean;
  readonly reasoning: string;
  /** Whether there is thinking, shown or not. */
  readonly hasThinking: boolean;
  /** Members of the message, as `"name":value`. */
  readonly extras: readonly string[];
  /** JSON objects: calls, or the one `function_call`. */
  readonly calls: readonly string[];
  readonly firstCallId: string | undefined;
}

/** `content`: the array of blocks; or a text, from vendors who take the shape lightly. */
export function readContent(content: JsonNode, plan: AnswerPlan, oddities: Oddities): Content {
  const reader = new ContentReader(plan, oddities);
  if (content.kind === 'string') reader.addText(content);
  for (const block of content.elements) reader.add(block);
  return reader.done(content.elements);
}

class ContentReader {
  readonly #plan: AnswerPlan;
  readonly #oddities: Oddities;
  readonly #annotations: Annotations;
  readonly #texts: string[] = [];
  readonly #thoughts: string[] = [];
  readonly #calls: string[] = [];
  readonly #ids = new Set<string>();
  #hasThinking = false;
  #firstCallId: string | undefined;
  #serverToolSince = false;
  #units = 0;

  constructor(plan: AnswerPlan, oddities: Oddities) {
    this.#plan = plan;
    this.#oddities = oddities;
    this.#annotations = new Annotations(plan);
  }

  add(block: JsonNode): void {
    const type = block.get('type')?.stringOrUndefined ?? '';
    if (isThinking(type)) this.#hasThinking = true;
    if (type === 'text') {
      const text = block.get('text');
      if (text?.kind === 'string') this.addText(text, block.get('citations')?.elements);
    } else if (type === 'thinking') {
      const thought = writtenText(block.get('thinking'));
      if (thought !== '') this.#thoughts.push(thought);
    } else if (type === 'tool_use') this.#addCall(block);
    else {
      if (isServerTool(type)) this.#serverToolSince = true;
      if (!isKnownHidden(type)) this.#oddities.count('unknown_block');
    }
  }

  addText(text: JsonNode, citations: readonly JsonNode[] = []): void {
    const { bytes, start, end } = text;
    if (end - start > 2) {
      if (this.#serverToolSince && this.#texts.length > 0) {
        this.#texts.push(BREAK);
        this.#units += 2;
      }
      this.#texts.push(writtenText(text));
      this.#serverToolSince = false;
    }
    const from = this.#units;
    if (this.#plan.searches) this.#units += utf16Length(bytes, start + 1, end - 1);
    for (const citation of citations) this.#annotations.add(citation);
    this.#annotations.endBlock(from, this.#units);
  }

  #addCall(block: JsonNode): void {
    const name = block.get('name')?.stringOrUndefined ?? '';
    const { legacyFunctions } = this.#plan;
    // A client of `functions` has room for one call.
    if (name.trim() === '' || (legacyFunctions && this.#calls.length > 0)) {
      this.#oddities.count(name.trim() === '' ? 'nameless_call' : 'dropped_call');
      return;
    }
    const id = block.get('id')?.stringOrUndefined ?? '';
    const call = toToolCall(this.#calls.length, id, name, this.#plan, this.#ids);
    if (call.id !== id) this.#oddities.count('call_without_id');
    this.#firstCallId ??= call.id;
    const input = block.get('input');
    const json = input === undefined ? '{}' : input.raw;
    this.#calls.push(`{${renderCall(call, json, legacyFunctions)}}`);
  }

  done(blocks: readonly JsonNode[]): Content {
    return {
      text: this.#texts.join(''),
      hasText: this.#texts.length > 0,
      reasoning: this.#plan.showReasoning ? this.#thoughts.join(BREAK) : '',
      hasThinking: this.#hasThinking,
      extras: renderExtras(blocks, this.#annotations, this.#plan),
      calls: this.#calls,
      firstCallId: this.#firstCallId,
    };
  }
}

/** What stands between the quotes of a string; nothing for any other value. */
function writtenText(text: JsonNode | undefined): string {
  return text?.kind === 'string' ? text.raw.slice(1, -1) : '';
}
