import type { Place } from './frames.ts';

const CONTENT = ['content', 'reasoning_content', 'tool_calls', 'function_call'];
const AT_THE_END = ['reasoning_details', 'annotations'];

/** What has been told so far by the deltas of one choice: clients concatenate, so nothing may be told twice. */
export class Deltas {
  /** Arguments of the calls, by index. */
  readonly #calls: { readonly kind: 'function' | 'custom'; args: string }[] = [];
  readonly #ids = new Set<string>();
  readonly #once = new Set<string>();
  #function: string | undefined;

  /** How many calls were made, in either form. */
  get calls(): number {
    return this.#calls.length + (this.#function === undefined ? 0 : 1);
  }

  get isLegacy(): boolean {
    return this.#function !== undefined;
  }

  /** The first delta has the role and nothing else, as it is told nowhere else. */
  first(delta: Record<string, unknown>, place: Place): void {
    place.members(delta, ['role', 'content'], [], 'delta');
    place.oneOf(delta.role, ['assistant'], 'delta.role');
    place.oneOf(delta.content, [''], 'delta.content');
  }

  take(delta: Record<string, unknown>, legacy: boolean, place: Place): void {
    const names = Object.keys(delta);
    if (names.length === 0) place.fail('delta is empty');
    if ('role' in delta) place.fail('delta.role stands a second time');
    place.members(delta, [], [...CONTENT, ...AT_THE_END, 'refusal'], 'delta');
    if (names.some((name) => CONTENT.includes(name))) {
      const told = AT_THE_END.find((name) => this.#once.has(name) || name in delta);
      if (told !== undefined) place.fail(`content stands beside or behind ${told}`);
    }
    if ('content' in delta) place.text(delta.content, 'delta.content');
    if ('reasoning_content' in delta) place.text(delta.reasoning_content, 'delta.reasoning_content');
    if ('refusal' in delta) place.text(this.#only('refusal', delta, place), 'delta.refusal');
    if ('reasoning_details' in delta) checkDetails(this.#only('reasoning_details', delta, place), place);
    if ('annotations' in delta) checkAnnotations(this.#only('annotations', delta, place), place);
    if ('tool_calls' in delta) {
      if (legacy) place.fail('delta.tool_calls for a client that offered functions');
      const calls = place.array(delta.tool_calls, 'delta.tool_calls');
      if (calls.length === 0) place.fail('delta.tool_calls is empty');
      for (const call of calls) this.#call(place.object(call, 'delta.tool_calls[]'), place);
    }
    if ('function_call' in delta) {
      if (!legacy) place.fail('delta.function_call for a client that offered tools');
      this.#legacy(place.object(delta.function_call, 'delta.function_call'), place);
    }
  }

  end(place: Place): void {
    for (const [index, { kind, args }] of this.#calls.entries()) {
      // `JSON.parse('')` throws in every client; a custom tool's input is a plain text that may be empty.
      if (kind === 'function' && args === '') place.fail(`tool call ${index} has no arguments, not even {}`);
    }
    if (this.#function === '') place.fail('function_call has no arguments, not even {}');
  }

  #only(name: string, delta: Record<string, unknown>, place: Place): unknown {
    if (this.#once.has(name)) place.fail(`delta.${name} stands in a second chunk`);
    this.#once.add(name);
    return delta[name];
  }

  #call(call: Record<string, unknown>, place: Place): void {
    const { index } = call;
    place.count(index, 'tool_calls[].index');
    const last = this.#calls.length - 1;
    if (index === last + 1) return this.#newCall(call, place);
    // Pieces of parallel calls may come by turns: clients add each to the call of its index.
    const known = this.#calls[index as number];
    if (known === undefined)
      return place.fail(`tool_calls[].index must be ${last + 1} at most, is ${JSON.stringify(index)}`);
    place.members(call, ['index', known.kind], [], 'tool_calls[]');
    const body = place.object(call[known.kind], `tool_calls[].${known.kind}`);
    const member = known.kind === 'function' ? 'arguments' : 'input';
    place.members(body, [member], [], `tool_calls[].${known.kind}`);
    known.args += place.text(body[member], `tool_calls[].${known.kind}.${member}`);
  }

  #newCall(call: Record<string, unknown>, place: Place): void {
    const id = place.text(call.id, 'tool_calls[].id');
    if (this.#ids.has(id)) place.fail(`the id ${id} has been used before`);
    this.#ids.add(id);
    const kind = place.oneOf(call.type, ['function', 'custom'] as const, 'tool_calls[].type');
    place.members(call, ['index', 'id', 'type', kind], [], 'tool_calls[]');
    const body = place.object(call[kind], `tool_calls[].${kind}`);
    const member = kind === 'function' ? 'arguments' : 'input';
    place.members(body, ['name', member], [], `tool_calls[].${kind}`);
    place.text(body.name, `tool_calls[].${kind}.name`);
    this.#calls.push({ kind, args: place.string(body[member], `tool_calls[].${kind}.${member}`) });
  }

  #legacy(call: Record<string, unknown>, place: Place): void {
    if (this.#function === undefined) {
      place.members(call, ['name', 'arguments'], [], 'function_call');
      place.text(call.name, 'function_call.name');
      this.#function = place.string(call.arguments, 'function_call.arguments');
      return;
    }
    place.members(call, ['arguments'], [], 'function_call');
    this.#function += place.text(call.arguments, 'function_call.arguments');
  }
}

/** Python's accumulator merges entries by their integer `index`, and throws where one has none. */
export function checkDetails(value: unknown, place: Place): void {
  const details = place.array(value, 'reasoning_details');
  if (details.length === 0) place.fail('reasoning_details is empty');
  for (const [at, item] of details.entries()) {
    const detail = place.object(item, `reasoning_details[${at}]`);
    if (detail.index !== at) place.fail(`reasoning_details[${at}].index is ${JSON.stringify(detail.index)}`);
    place.text(detail.format, `reasoning_details[${at}].format`);
    const type = place.oneOf(detail.type, ['reasoning.text', 'reasoning.encrypted'], `reasoning_details[${at}].type`);
    if (type === 'reasoning.encrypted') place.text(detail.data, `reasoning_details[${at}].data`);
    else {
      place.string(detail.text, `reasoning_details[${at}].text`);
      if (detail.signature !== undefined) place.string(detail.signature, `reasoning_details[${at}].signature`);
    }
  }
}

export function checkAnnotations(value: unknown, place: Place): void {
  const annotations = place.array(value, 'annotations');
  if (annotations.length === 0) place.fail('annotations is empty');
  for (const item of annotations) {
    const annotation = place.object(item, 'annotations[]');
    place.oneOf(annotation.type, ['url_citation'], 'annotations[].type');
    const citation = place.object(annotation.url_citation, 'annotations[].url_citation');
    place.text(citation.url, 'url_citation.url');
    place.string(citation.title, 'url_citation.title');
    const start = place.count(citation.start_index, 'url_citation.start_index');
    if (place.count(citation.end_index, 'url_citation.end_index') < start)
      place.fail('url_citation ends before it starts');
  }
}
