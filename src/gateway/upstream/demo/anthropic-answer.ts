import type { AnswerPart, DemoAnswer } from './answer.ts';
import { randomId } from './ids.ts';
import { splitFragments, splitWords } from './pieces.ts';
import type { DemoPrompt } from './prompt.ts';

const STOP = { end: 'end_turn', stop: 'stop_sequence', length: 'max_tokens', tools: 'tool_use' } as const;

/** The message as one JSON document. */
export function anthropicDocument(prompt: DemoPrompt, answer: DemoAnswer): object {
  const content = answer.parts.map((part) => {
    if (part.kind === 'text') return { type: 'text', text: part.text };
    if (part.kind === 'tool') return toolBlock(part.name, parseInput(part.args));
    return thinkingBlock(shownThinking(prompt, part.text), sign(part.text));
  });
  return { ...head(prompt), content, ...ending(answer), usage: usage(answer, answer.usage.outputTokens) };
}

/** The message as SSE, one pace to each string: what carries no text of its own goes along with its neighbour. */
export function* anthropicFrames(prompt: DemoPrompt, answer: DemoAnswer): Generator<string> {
  const message = {
    ...head(prompt),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: usage(answer, 0),
  };
  yield frame('message_start', { message }) + frame('ping', {});
  for (const [index, part] of answer.parts.entries()) {
    let pending = frame('content_block_start', { index, content_block: openBlock(part) });
    for (const delta of deltas(prompt, part)) {
      yield pending + frame('content_block_delta', { index, delta });
      pending = '';
    }
    yield pending + frame('content_block_stop', { index });
  }
  const last = {
    delta: ending(answer),
    usage: {
      ...cacheUsage(answer),
      output_tokens: answer.usage.outputTokens,
      output_tokens_details: { thinking_tokens: answer.usage.reasoningTokens },
      server_tool_use: null,
    },
  };
  yield frame('message_delta', last) + frame('message_stop', {});
}

function openBlock(part: AnswerPart): object {
  if (part.kind === 'text') return { type: 'text', text: '' };
  return part.kind === 'tool' ? toolBlock(part.name, {}) : thinkingBlock('', '');
}

function* deltas(prompt: DemoPrompt, part: AnswerPart): Generator<object> {
  if (part.kind === 'text') {
    for (const text of splitWords(part.text)) yield { type: 'text_delta', text };
  } else if (part.kind === 'tool') {
    yield { type: 'input_json_delta', partial_json: '' };
    for (const partial_json of splitFragments(part.args)) yield { type: 'input_json_delta', partial_json };
  } else {
    for (const thinking of splitWords(shownThinking(prompt, part.text))) yield { type: 'thinking_delta', thinking };
    yield { type: 'signature_delta', signature: sign(part.text) };
  }
}

function head(prompt: DemoPrompt): object {
  return { id: randomId('msg_demo'), type: 'message', role: 'assistant', model: prompt.model, container: null };
}

function ending(answer: DemoAnswer): object {
  return {
    stop_reason: STOP[answer.end],
    stop_sequence: answer.stopSequence,
    stop_details: null,
    container: null,
  };
}

function toolBlock(name: string, input: unknown): object {
  return { type: 'tool_use', id: randomId('toolu_demo'), name, input, caller: { type: 'direct' } };
}

function thinkingBlock(thinking: string, signature: string): object {
  return { type: 'thinking', thinking, signature };
}

/** `thinking.display: "omitted"` keeps the block and its signature and leaves the text out. */
function shownThinking(prompt: DemoPrompt, text: string): string {
  return prompt.thinking === 'hidden' ? '' : text;
}

/** A call that the token limit cut has no whole JSON: the caller must not run it and gets an empty object. */
function parseInput(args: string): unknown {
  try {
    return JSON.parse(args);
  } catch {
    return {};
  }
}

/** Stands for the vendor's signature: opaque to clients, and the same for the same text (FNV-1a, 32 bits). */
function sign(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `demo-signature-${(hash >>> 0).toString(16).padStart(8, '0')}`;
}

function frame(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;
}

function cacheUsage(answer: DemoAnswer): object {
  return {
    input_tokens: answer.usage.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  };
}

function usage(answer: DemoAnswer, outputTokens: number): object {
  return {
    ...cacheUsage(answer),
    cache_creation: null,
    output_tokens: outputTokens,
    output_tokens_details: outputTokens === 0 ? null : { thinking_tokens: answer.usage.reasoningTokens },
    server_tool_use: null,
    service_tier: 'standard',
  };
}
