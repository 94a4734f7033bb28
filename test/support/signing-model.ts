/**
 * A model server of the Anthropic shape that signs what it thinks, and treats the thinking it is given as Anthropic does:
 * a signature it did not make is a 400, as are a tool loop without its thinking while a budget is set, a message that is
 * empty, and thinking to be cleared where there is none.
 */
import { createHmac } from 'node:crypto';
import { type Block, message, messageEvents } from '../conformance/support/anthropic-answers.ts';
import type { Exchange, Script } from './scripted-upstream.ts';

export interface Said {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly Block[];
}

export interface SentBody {
  readonly model: string;
  readonly messages: readonly Said[];
  readonly thinking?: { readonly type: string };
  readonly context_management?: { readonly edits?: readonly { readonly type: string }[] };
  readonly stream?: boolean;
}

export class SigningModel {
  /** What it was asked, in order; refused requests included. */
  readonly asked: SentBody[] = [];
  /** The same, as text. */
  readonly askedTexts: string[] = [];
  /** Messages of the 400s it answered with. */
  readonly refusals: string[] = [];
  readonly #family: string;
  #answers: readonly Block[][] = [];
  /** How many requests in a row are refused whatever is in them. */
  #refusals: readonly string[] = [];

  constructor(family: string) {
    this.#family = family;
  }

  sign(thought: string): string {
    return `Eq${createHmac('sha256', this.#family).update(thought).digest('base64')}`;
  }

  thinks(thought: string): Block {
    return { type: 'thinking', thinking: thought, signature: this.sign(thought) };
  }

  hides(thought: string): Block {
    return { type: 'redacted_thinking', data: `${Buffer.from(thought).toString('base64')}.${this.sign(thought)}` };
  }

  /** What it says next, one after the other; what it thinks only where it is asked to think. The last one is repeated. */
  says(...answers: readonly (readonly Block[])[]): this {
    this.#answers = answers.map((blocks) => [...blocks]);
    return this;
  }

  refuses(...words: readonly string[]): this {
    this.#refusals = words;
    return this;
  }

  get last(): SentBody {
    return this.asked.at(-1) as SentBody;
  }

  /** Whether a block is thinking of another's. */
  isForeign({ type, thinking, signature, data }: Block): boolean {
    if (type === 'thinking') return signature !== this.sign(String(thinking));
    if (type !== 'redacted_thinking') return false;
    const [hidden = '', seal] = String(data).split('.');
    return seal !== this.sign(Buffer.from(hidden, 'base64').toString());
  }

  readonly script: Script = async (exchange) => {
    const text = exchange.request.text();
    const body = JSON.parse(text) as SentBody;
    this.asked.push(body);
    this.askedTexts.push(text);
    const [planned, ...others] = this.#refusals;
    this.#refusals = others;
    const refusal = planned ?? this.#objection(body);
    if (refusal !== undefined) {
      this.refusals.push(refusal);
      return exchange.json(400, { type: 'error', error: { type: 'invalid_request_error', message: refusal } });
    }
    const [answer = [], ...next] = this.#answers;
    if (next.length > 0) this.#answers = next;
    return answerWith(exchange, body, answer);
  };

  #objection({ messages, thinking, context_management: management }: SentBody): string | undefined {
    const isOn = thinking?.type === 'enabled' || thinking?.type === 'adaptive';
    if (!isOn && management?.edits?.some(({ type }) => type.startsWith('clear_thinking')) === true) {
      return '`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive';
    }
    for (const [i, { content }] of messages.entries()) {
      if (content.length === 0) return `messages.${i}: all messages must have non-empty content`;
      if (typeof content === 'string') continue;
      const at = content.findIndex((block) => this.isForeign(block));
      if (at < 0) continue;
      return content[at]?.type === 'thinking'
        ? `messages.${i}.content.${at}: Invalid \`signature\` in \`thinking\` block`
        : `messages.${i}.content.${at}: Invalid \`data\` in \`redacted_thinking\` block`;
    }
    const first = thinking?.type === 'enabled' ? firstOfLoop(messages) : undefined;
    const [block] = first === undefined ? [] : (first.content as readonly Block[]);
    if (block === undefined || block.type === 'thinking' || block.type === 'redacted_thinking') return undefined;
    return `messages.${messages.indexOf(first as Said)}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${block.type}\`.`;
  }
}

/** The assistant's first message of the tool loop that the conversation ends in. */
function firstOfLoop(messages: readonly Said[]): Said | undefined {
  const results = (said: Said | undefined) =>
    said?.role === 'user' &&
    typeof said.content !== 'string' &&
    said.content.some(({ type }) => type === 'tool_result');
  let at = messages.length - 1;
  if (!results(messages[at])) return undefined;
  while (results(messages[at])) at -= 2;
  return messages[at + 1];
}

function answerWith(exchange: Exchange, { thinking, stream }: SentBody, answer: readonly Block[]): Promise<unknown> {
  const thinks = thinking?.type === 'enabled' || thinking?.type === 'adaptive';
  const blocks = thinks ? answer : answer.filter(({ type }) => !type.endsWith('thinking'));
  const stop = blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
  return stream === true
    ? exchange.stream(messageEvents(blocks, { stop }))
    : exchange.json(200, message(blocks, { stop }));
}
