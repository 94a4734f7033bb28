/** Answers of an Anthropic-shaped model server, built from the blocks they hold. */
import { anthropicEvent } from '../../support/answers.ts';

export const ANTHROPIC_USAGE = {
  input_tokens: 40,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 2,
  output_tokens: 11,
};

export interface MessageOptions {
  readonly stop?: string | null;
  readonly usage?: object;
  /** More members of the message. */
  readonly more?: object;
}

export type Block = { readonly type: string; readonly [member: string]: unknown };

export function message(content: readonly Block[], options: MessageOptions = {}): object {
  const { stop = 'end_turn', usage = ANTHROPIC_USAGE, more = {} } = options;
  return {
    id: 'msg_up1',
    type: 'message',
    role: 'assistant',
    model: 'upstream-model',
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage,
    ...more,
  };
}

export function text(value: string): Block {
  return { type: 'text', text: value };
}

export function thinking(value: string, signature: string): Block {
  return { type: 'thinking', thinking: value, signature };
}

/** `json` is what stands in the stream; a JSON answer gets it parsed. */
export function toolUse(id: string, name: string, input: object, json?: readonly string[]): Block {
  return { type: 'tool_use', id, name, input, ...(json === undefined ? {} : { json }) };
}

/** The events of the blocks. A tool's input comes in the pieces of its `json`, or in two halves. */
export function messageEvents(content: readonly Block[], options: MessageOptions = {}): string[] {
  const { stop = 'end_turn', usage = ANTHROPIC_USAGE, more = {} } = options;
  return [
    messageStart(usage),
    anthropicEvent({ type: 'ping' }),
    ...content.flatMap((block, index) => blockEvents(block, index)),
    ...messageEnd(stop, usage, more),
  ];
}

export function messageStart(usage: object = ANTHROPIC_USAGE): string {
  const started = message([], { stop: null, usage: { ...usage, output_tokens: 1 } });
  return anthropicEvent({ type: 'message_start', message: started });
}

export function messageEnd(stop: string | null, usage: object = ANTHROPIC_USAGE, more: object = {}): string[] {
  return [
    anthropicEvent({ type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null, ...more }, usage }),
    anthropicEvent({ type: 'message_stop' }),
  ];
}

export function blockEvents(block: Block, index: number): string[] {
  const start = (content_block: object) => anthropicEvent({ type: 'content_block_start', index, content_block });
  const delta = (value: object) => anthropicEvent({ type: 'content_block_delta', index, delta: value });
  const stop = anthropicEvent({ type: 'content_block_stop', index });
  switch (block.type) {
    case 'text':
      return [
        start({ type: 'text', text: '' }),
        ...halves(block.text as string).map((part) => delta({ type: 'text_delta', text: part })),
        ...((block.citations as object[] | undefined) ?? []).map((citation) =>
          delta({ type: 'citations_delta', citation }),
        ),
        stop,
      ];
    case 'thinking':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...halves(block.thinking as string).map((part) => delta({ type: 'thinking_delta', thinking: part })),
        delta({ type: 'signature_delta', signature: block.signature }),
        stop,
      ];
    case 'tool_use': {
      const { json, input, ...rest } = block;
      const pieces = (json as string[] | undefined) ?? ['', ...halves(JSON.stringify(input))];
      return [
        start({ ...rest, input: {} }),
        ...pieces.map((partial_json) => delta({ type: 'input_json_delta', partial_json })),
        stop,
      ];
    }
    default:
      return [start(block), stop];
  }
}

function halves(value: string): string[] {
  const points = [...value];
  const middle = Math.ceil(points.length / 2);
  return [points.slice(0, middle).join(''), points.slice(middle).join('')].filter((part) => part !== '');
}
