import { Block } from './anthropic-block.ts';
import { checkAnthropicError } from './errors.ts';
import { checkStop, type StopReason } from './anthropic-stop.ts';
import { checkAnthropicUsage } from './anthropic-usage.ts';
import { dataOf, framesOf, Place } from './frames.ts';

/**
 * Checks a whole stream for an Anthropic client, against what the official SDKs, Claude Code and the AI SDK are known
 * to stumble over. Throws a {@link GrammarError} that names the first violation.
 */
export function checkAnthropicEvents(bytes: Uint8Array): void {
  const grammar = new AnthropicGrammar();
  for (const { place, lines } of framesOf(bytes)) {
    if (lines.length !== 2) place.fail(`expected an event line and a data line, found ${JSON.stringify(lines)}`);
    const event = /^event: ([a-z_]+)$/.exec(lines[0]!)?.[1];
    if (event === undefined) place.fail(`expected a line "event: …", found ${JSON.stringify(lines[0])}`);
    const data = dataOf(lines[1], place);
    if (data.type !== event) place.fail(`event is ${event}, data.type ${JSON.stringify(data.type)}`);
    grammar.take(event!, data, place.within(event!));
  }
  grammar.end();
}

class AnthropicGrammar {
  #started = false;
  #open: Block | undefined;
  #next = 0;
  #stop: StopReason | undefined;
  #ended = false;
  #cutCall = false;
  readonly #ids = new Set<string>();

  take(type: string, data: Record<string, unknown>, place: Place): void {
    if (this.#ended) place.fail('comes behind the end');
    if (type === 'error') {
      checkAnthropicError(data, place);
      this.#ended = true;
      return;
    }
    if (!this.#started && type !== 'message_start') place.fail('comes before message_start');
    if (this.#stop !== undefined && type !== 'message_stop' && type !== 'ping')
      place.fail('comes behind message_delta');
    switch (type) {
      case 'message_start':
        return this.#start(data, place);
      case 'ping':
        return place.members(data, ['type'], [], 'data');
      case 'content_block_start':
        return this.#startBlock(data, place);
      case 'content_block_delta':
        place.members(data, ['type', 'index', 'delta'], [], 'data');
        return this.#current(data, place).add(data.delta, place);
      case 'content_block_stop':
        place.members(data, ['type', 'index'], [], 'data');
        if (!this.#current(data, place).close(place)) this.#cutCall = true;
        this.#open = undefined;
        return;
      case 'message_delta':
        return this.#finish(data, place);
      case 'message_stop':
        place.members(data, ['type'], [], 'data');
        if (this.#stop === undefined) place.fail('comes without a message_delta');
        this.#ended = true;
        return;
      default:
        // The AI SDK makes an error of an event it does not know.
        place.fail('is no event type of the messages stream');
    }
  }

  end(): void {
    if (!this.#ended) new Place('stream').fail('ends with neither message_stop nor error');
  }

  #start(data: Record<string, unknown>, place: Place): void {
    if (this.#started) place.fail('comes a second time');
    this.#started = true;
    place.members(data, ['type', 'message'], [], 'data');
    const message = place.object(data.message, 'message');
    place.text(message.id, 'message.id');
    place.oneOf(message.type, ['message'], 'message.type');
    place.oneOf(message.role, ['assistant'], 'message.role');
    place.text(message.model, 'message.model');
    if (place.array(message.content, 'message.content').length > 0) place.fail('message.content must be empty');
    for (const name of ['stop_reason', 'stop_sequence', 'stop_details', 'container']) {
      place.oneOf(message[name], [null], `message.${name}`);
    }
    checkAnthropicUsage(message.usage, place);
  }

  #startBlock(data: Record<string, unknown>, place: Place): void {
    place.members(data, ['type', 'index', 'content_block'], [], 'data');
    if (this.#open !== undefined) place.fail(`opens a block while block ${this.#next - 1} is open`);
    if (data.index !== this.#next) place.fail(`index must be ${this.#next}, is ${JSON.stringify(data.index)}`);
    this.#next++;
    this.#open = new Block(data.content_block, place);
    const { id } = this.#open;
    if (id === undefined) return;
    if (this.#ids.has(id)) place.fail(`the id ${id} has been used before`);
    this.#ids.add(id);
  }

  #current(data: Record<string, unknown>, place: Place): Block {
    if (this.#open === undefined) place.fail('comes while no block is open');
    if (data.index !== this.#next - 1) place.fail(`index must be ${this.#next - 1}, is ${JSON.stringify(data.index)}`);
    return this.#open!;
  }

  #finish(data: Record<string, unknown>, place: Place): void {
    if (this.#open !== undefined) place.fail(`comes while block ${this.#next - 1} is open`);
    place.members(data, ['type', 'delta', 'usage'], [], 'data');
    const delta = place.object(data.delta, 'delta');
    place.members(delta, ['stop_reason', 'stop_sequence', 'stop_details', 'container'], [], 'delta');
    this.#stop = checkStop(delta, this.#ids.size, place);
    if (this.#cutCall && this.#stop !== 'max_tokens') place.fail('the input of a call is cut, yet not by max_tokens');
    checkAnthropicUsage(data.usage, place);
  }
}
