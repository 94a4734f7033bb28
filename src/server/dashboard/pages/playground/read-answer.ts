import type { Shape } from '../../api/route.ts';

/** What an answer says so far. */
export interface AnswerText {
  readonly text: string;
  /** What the model thought before it spoke, where it is told. */
  readonly thinking: string;
  readonly toolCalls: readonly string[];
  /** Of an error in the middle of a stream, or in place of an answer. */
  readonly error?: string | undefined;
}

export const NO_TEXT: AnswerText = { text: '', thinking: '', toolCalls: [] };

type Json = { readonly [name: string]: Json } & Json[] & string;

/** One event of a stream. What it does not know it passes over: the raw events stand beside. */
export function addEvent(answer: AnswerText, shape: Shape, data: string): AnswerText {
  if (data === '[DONE]') return answer;
  const event = parse(data);
  if (event === undefined) return answer;
  if (event['error'] != null) return { ...answer, error: messageOf(event) };
  if (shape === 'openai') {
    const delta = event['choices']?.[0]?.['delta'];
    const call = delta?.['tool_calls']?.[0]?.['function'];
    return append(
      answer,
      delta?.['content'],
      delta?.['reasoning_content'] ?? delta?.['reasoning'],
      call?.['name'],
      call?.['arguments'],
    );
  }
  const block = event['content_block'];
  const delta = event['delta'];
  const name = block?.['type'] === 'tool_use' ? block['name'] : undefined;
  return append(answer, delta?.['text'], delta?.['thinking'], name, delta?.['partial_json']);
}

/** A whole answer. */
export function readAnswer(shape: Shape, body: string): AnswerText {
  const answer = parse(body);
  if (answer === undefined) return { ...NO_TEXT, error: 'The answer is no JSON; see the raw one.' };
  if (answer['error'] != null) return { ...NO_TEXT, error: messageOf(answer) };
  if (shape === 'openai') {
    const message = answer['choices']?.[0]?.['message'];
    const calls = (message?.['tool_calls'] ?? []) as readonly Json[];
    return {
      text: textOf(message?.['content']),
      thinking: textOf(message?.['reasoning_content'] ?? message?.['reasoning']),
      toolCalls: calls.map(
        (call) => `${textOf(call['function']?.['name'])}(${textOf(call['function']?.['arguments'])})`,
      ),
    };
  }
  const blocks = (answer['content'] ?? []) as readonly Json[];
  const join = (type: string, member: string) =>
    blocks
      .filter((block) => block['type'] === type)
      .map((block) => textOf(block[member]))
      .join('');
  return {
    text: join('text', 'text'),
    thinking: join('thinking', 'thinking'),
    toolCalls: blocks
      .filter((block) => block['type'] === 'tool_use')
      .map((block) => `${textOf(block['name'])}(${JSON.stringify(block['input'])})`),
  };
}

function append(
  answer: AnswerText,
  text: unknown,
  thinking: unknown,
  callName: unknown,
  callPart: unknown,
): AnswerText {
  let { toolCalls } = answer;
  if (typeof callName === 'string' && callName !== '') toolCalls = [...toolCalls, `${callName} `];
  if (typeof callPart === 'string' && callPart !== '')
    toolCalls = [...toolCalls.slice(0, -1), `${toolCalls.at(-1) ?? ''}${callPart}`];
  return { ...answer, text: answer.text + textOf(text), thinking: answer.thinking + textOf(thinking), toolCalls };
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function messageOf(event: Json): string {
  return textOf(event['error']?.['message']) || JSON.stringify(event['error']);
}
