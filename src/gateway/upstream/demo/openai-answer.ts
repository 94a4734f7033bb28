import type { DemoAnswer } from './answer.ts';
import { randomId } from './ids.ts';
import { splitFragments, splitWords } from './pieces.ts';
import type { DemoPrompt } from './prompt.ts';

const FINISH = { end: 'stop', stop: 'stop', length: 'length', tools: 'tool_calls' } as const;

/** The chat completion as one JSON document. */
export function openaiDocument(prompt: DemoPrompt, answer: DemoAnswer): object {
  const calls = answer.parts
    .filter((part) => part.kind === 'tool')
    .map(({ name, args }) => ({ id: callId(), type: 'function', function: { name, arguments: args } }));
  const reasoning = joinText(answer, 'thinking');
  const message = {
    role: 'assistant',
    content: joinText(answer, 'text') ?? (calls.length > 0 ? null : ''),
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    refusal: null,
  };
  return {
    ...head('chat.completion', prompt),
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[answer.end] }],
    usage: usage(answer),
  };
}

/** The chat completion as SSE, one pace to each string. */
export function* openaiFrames(prompt: DemoPrompt, answer: DemoAnswer): Generator<string> {
  const base = { ...head('chat.completion.chunk', prompt) };
  const chunk = (delta: object, finish: string | null = null): string =>
    frame({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(prompt.usageChunk ? { usage: null } : {}),
    });
  const calls = answer.parts.some((part) => part.kind === 'tool');
  yield chunk({ role: 'assistant', content: calls ? null : '', refusal: null });
  let index = 0;
  for (const part of answer.parts) {
    if (part.kind === 'text') for (const content of splitWords(part.text)) yield chunk({ content });
    else if (part.kind === 'thinking') {
      for (const word of splitWords(part.text)) yield chunk({ reasoning_content: word });
    } else {
      const call = { index, id: callId(), type: 'function', function: { name: part.name, arguments: '' } };
      yield chunk({ tool_calls: [call] });
      for (const fragment of splitFragments(part.args)) {
        yield chunk({ tool_calls: [{ index, function: { arguments: fragment } }] });
      }
      index++;
    }
  }
  const last = prompt.usageChunk ? frame({ ...base, choices: [], usage: usage(answer) }) : '';
  yield `${chunk({}, FINISH[answer.end])}${last}data: [DONE]\n\n`;
}

function head(object: string, prompt: DemoPrompt): object {
  return {
    id: randomId('chatcmpl-demo'),
    object,
    created: Math.floor(Date.now() / 1000),
    model: prompt.model,
    system_fingerprint: 'fp_demo',
  };
}

function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function callId(): string {
  return randomId('call_demo');
}

function joinText(answer: DemoAnswer, kind: 'text' | 'thinking'): string | undefined {
  const texts = answer.parts.flatMap((part) => (part.kind === kind ? [part.text] : []));
  return texts.length === 0 ? undefined : texts.join('');
}

function usage({ usage }: DemoAnswer): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
