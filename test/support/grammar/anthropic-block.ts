import { isObjectPrefix } from './json-prefix.ts';
import type { Place } from './frames.ts';

/** One content block from its start to its stop. */
export class Block {
  readonly type: 'text' | 'thinking' | 'redacted_thinking' | 'tool_use';
  readonly #id: string | undefined;
  #text = '';
  #signed = false;

  constructor(value: unknown, place: Place) {
    const block = place.object(value, 'content_block');
    this.type = place.oneOf(
      block.type,
      ['text', 'thinking', 'redacted_thinking', 'tool_use'] as const,
      'content_block.type',
    );
    switch (this.type) {
      case 'text':
        place.members(block, ['type', 'text'], ['citations'], 'content_block');
        place.oneOf(block.text, [''], 'content_block.text');
        if ('citations' in block) place.array(block.citations, 'content_block.citations');
        break;
      case 'thinking':
        place.members(block, ['type', 'thinking', 'signature'], [], 'content_block');
        place.oneOf(block.thinking, [''], 'content_block.thinking');
        place.oneOf(block.signature, [''], 'content_block.signature');
        break;
      case 'redacted_thinking':
        place.members(block, ['type', 'data'], [], 'content_block');
        place.text(block.data, 'content_block.data');
        break;
      case 'tool_use':
        this.#id = checkToolUse(block, place);
        if (Object.keys(place.object(block.input, 'content_block.input')).length > 0) {
          place.fail('content_block.input must be {} at the start');
        }
    }
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** The arguments written so far. */
  get json(): string {
    return this.#text;
  }

  add(value: unknown, place: Place): void {
    const delta = place.object(value, 'delta');
    const fits = {
      text_delta: 'text',
      citations_delta: 'text',
      thinking_delta: 'thinking',
      signature_delta: 'thinking',
    };
    const types = [...Object.keys(fits), 'input_json_delta'];
    const type = place.oneOf(delta.type, types, 'delta.type');
    const home = (fits as Record<string, string>)[type] ?? 'tool_use';
    if (home !== this.type) place.fail(`a ${type} within a ${this.type} block`);
    if (this.#signed) place.fail(`a ${type} behind the signature_delta`);
    switch (type) {
      case 'text_delta':
        place.members(delta, ['type', 'text'], [], 'delta');
        this.#text += place.text(delta.text, 'delta.text');
        break;
      case 'citations_delta':
        place.members(delta, ['type', 'citation'], [], 'delta');
        place.text(place.object(delta.citation, 'delta.citation').type, 'delta.citation.type');
        break;
      case 'thinking_delta':
        place.members(delta, ['type', 'thinking'], [], 'delta');
        this.#text += place.text(delta.thinking, 'delta.thinking');
        break;
      case 'signature_delta':
        place.members(delta, ['type', 'signature'], [], 'delta');
        place.text(delta.signature, 'delta.signature');
        this.#signed = true;
        break;
      default:
        place.members(delta, ['type', 'partial_json'], [], 'delta');
        this.#text += place.string(delta.partial_json, 'delta.partial_json');
    }
  }

  /** True when the input is a whole object; a prefix of one is for the stop reason to excuse. */
  close(place: Place): boolean {
    switch (this.type) {
      case 'text':
        // A block of nothing but white space is refused by Anthropic in every later turn.
        if (this.#text.trim() === '') place.fail(`a text block of ${JSON.stringify(this.#text)} alone`);
        return true;
      case 'thinking':
        if (!this.#signed) place.fail('a thinking block without its signature_delta');
        return true;
      case 'redacted_thinking':
        return true;
      case 'tool_use':
        if (isObject(this.#text)) return true;
        if (!isObjectPrefix(this.#text)) place.fail(`the input is no JSON object: ${this.#text.slice(0, 80)}`);
        return false;
    }
  }
}

/** The members of a call beside its input; returns its id. */
export function checkToolUse(block: Record<string, unknown>, place: Place): string {
  place.members(block, ['type', 'id', 'name', 'input'], ['caller'], 'content_block');
  const id = place.text(block.id, 'content_block.id');
  if (!/^[A-Za-z0-9_-]+$/.test(id)) place.fail(`content_block.id has a character that Anthropic refuses: ${id}`);
  place.text(block.name, 'content_block.name');
  if ('caller' in block)
    place.oneOf(place.object(block.caller, 'caller').type, ['direct'], 'content_block.caller.type');
  return id;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
