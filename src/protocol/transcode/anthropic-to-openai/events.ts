import { anthropicCounts } from '../../anthropic/usage.ts';
import { eventFrame } from '../../sse/encode.ts';
import type { Usage } from '../../usage.ts';
import type { Stop } from './stop.ts';

const encoder = new TextEncoder();

/** The kinds of content blocks that are streamed in deltas. */
export type BlockKind = 'text' | 'thinking' | 'tool';

/** A delta's event up to its text. */
const DELTAS: Readonly<Record<BlockKind, string>> = {
  text: '{"type":"text_delta","text":"',
  thinking: '{"type":"thinking_delta","thinking":"',
  tool: '{"type":"input_json_delta","partial_json":"',
};

/** What stands before the text of each delta of a block; {@link DELTA_END} stands behind it. */
export function deltaStart(kind: BlockKind, index: number): Uint8Array<ArrayBuffer> {
  return encoder.encode(
    `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${DELTAS[kind]}`,
  );
}

/** What stands behind the text of each delta. */
export const DELTA_END = encoder.encode('"}}\n\n');

/** The text of a delta's member that was given by the gateway, not by the model: `signature`, `citation`. */
export function deltaEvent(index: number, delta: string): Uint8Array<ArrayBuffer> {
  return eventFrame('content_block_delta', `{"type":"content_block_delta","index":${index},"delta":${delta}}`);
}

/** `block`: the content block as JSON. */
export function blockStart(index: number, block: string): Uint8Array<ArrayBuffer> {
  return eventFrame('content_block_start', `{"type":"content_block_start","index":${index},"content_block":${block}}`);
}

/** Ends the block of that index. */
export function blockStop(index: number): Uint8Array<ArrayBuffer> {
  return eventFrame('content_block_stop', `{"type":"content_block_stop","index":${index}}`);
}

/** The first event. Its input count is what a client shows until `message_delta` tells the true one. */
export function messageStart(id: string, model: string, usage: Usage): Uint8Array<ArrayBuffer> {
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    usage: {
      input_tokens: usage.inputTokens,
      output_tokens: 0,
      cache_creation_input_tokens: usage.cacheWriteTokens,
      cache_read_input_tokens: usage.cacheReadTokens,
    },
  };
  return eventFrame('message_start', JSON.stringify({ type: 'message_start', message }));
}

/** Says that the upstream is there. */
export const PING = eventFrame('ping', '{"type":"ping"}');

/** How the answer ended, and what it cost. */
export function messageDelta(stop: Stop, usage: Usage): Uint8Array<ArrayBuffer> {
  const delta = { ...stop, container: null };
  return eventFrame('message_delta', JSON.stringify({ type: 'message_delta', delta, usage: anthropicCounts(usage) }));
}

/** The last event of a whole answer. */
export const MESSAGE_STOP = eventFrame('message_stop', '{"type":"message_stop"}');
