/** Models that two families serve, each of them in a place of its own that signs its thinking. */
import { type Block, toolUse } from '../conformance/support/anthropic-answers.ts';
import { anthropicClient } from './clients.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { providerOf } from './relay-fixture.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';
import { type Said, SigningModel } from './signing-model.ts';

export interface Pair {
  /** Claude first, GLM where that fails. */
  readonly id: string;
  /** The other way round. */
  readonly back: string;
  /** Claude alone. */
  readonly only: string;
  readonly claude: SigningModel;
  readonly glm: SigningModel;
  /** Claude is not to be had any more: its provider does not know it. */
  loseClaude(): void;
}

export interface TwoFamilies {
  readonly upstream: ScriptedUpstream;
  readonly gateway: Gateway;
  /** A pair nobody used yet. */
  pair(): Pair;
  stop(): Promise<void>;
}

export interface TwoFamiliesOptions {
  readonly pairs: number;
  readonly config?: object;
  /** More providers and models, given the upstream's address. */
  readonly more?: (upstream: ScriptedUpstream) => { readonly providers: object; readonly models: object };
}

export async function startTwoFamilies({ pairs, config = {}, more }: TwoFamiliesOptions): Promise<TwoFamilies> {
  const upstream = await ScriptedUpstream.start();
  const added = more?.(upstream);
  const providers: Record<string, object> = { ...added?.providers };
  const models: Record<string, object> = { ...added?.models };
  const free: Pair[] = [];
  for (let i = 0; i < pairs; i++) {
    const claude = { provider: `anthropic-${i}`, model: `claude-${i}` };
    const glm = { provider: `zai-${i}`, model: `glm-${i}` };
    for (const { provider } of [claude, glm]) providers[provider] = providerOf(upstream, 'anthropic');
    const inOrder = (...targets: object[]) => ({
      targets: targets.map((target, priority) => ({ ...target, priority })),
      price: { input: 1, output: 2 },
    });
    models[`pair-${i}`] = inOrder(claude, glm);
    models[`pair-${i}-back`] = inOrder(glm, claude);
    models[`pair-${i}-only`] = inOrder(claude);
    const pair: Pair = {
      id: `pair-${i}`,
      back: `pair-${i}-back`,
      only: `pair-${i}-only`,
      claude: new SigningModel('claude'),
      glm: new SigningModel('glm'),
      loseClaude: () =>
        upstream.on(claude.model, (exchange) =>
          exchange.json(404, { type: 'error', error: { type: 'not_found_error', message: `model: ${claude.model}` } }),
        ),
    };
    upstream.on(claude.model, pair.claude.script);
    upstream.on(glm.model, pair.glm.script);
    free.push(pair);
  }
  try {
    const gateway = await startGateway({ config: { log: { level: 'info' }, ...config, providers, models } });
    return {
      upstream,
      gateway,
      pair: () => {
        const pair = free.shift();
        if (pair === undefined) throw new Error('no pair is left: raise `pairs` of this fixture');
        return pair;
      },
      stop: async () => {
        await gateway.stop();
        await upstream.stop();
      },
    };
  } catch (error) {
    await upstream.stop();
    throw error;
  }
}

/** A client that returns all it was told, through the official SDK. */
export class Agent {
  readonly messages: Said[] = [];
  headers = new Headers();
  readonly #gateway: Gateway;
  readonly #stream: boolean;
  readonly #more: object;

  constructor(gateway: Gateway, stream: boolean, more: object = {}) {
    this.#gateway = gateway;
    this.#stream = stream;
    this.#more = more;
  }

  /** Says something and takes the answer into its history. Rejects with the SDK's error. */
  async say(model: string, content: Said['content']): Promise<readonly Block[]> {
    this.messages.push({ role: 'user', content });
    const body = { model, max_tokens: 4096, messages: this.messages, ...this.#more };
    const { messages } = anthropicClient(this.#gateway);
    let answer: { readonly content: unknown };
    if (this.#stream) {
      const stream = messages.stream(body as never);
      const { response } = await stream.withResponse();
      this.headers = response.headers;
      answer = await stream.finalMessage();
    } else {
      const { data, response } = await messages.create(body as never).withResponse();
      this.headers = response.headers;
      answer = data as unknown as { readonly content: unknown };
    }
    const blocks = answer.content as Block[];
    this.messages.push({ role: 'assistant', content: blocks });
    return blocks;
  }

  /** Returns the results of all tools that were just called. */
  answerTools(model: string, also: readonly Block[] = []): Promise<readonly Block[]> {
    const last = this.messages.at(-1)?.content as readonly Block[];
    const results = last
      .filter(({ type }) => type === 'tool_use')
      .map(({ id }): Block => ({ type: 'tool_result', tool_use_id: id, content: `result of ${String(id)}` }));
    return this.say(model, [...results, ...also]);
  }
}

/** A call of a tool, with an input that is easily written otherwise. */
export function readCall(id: string): Block {
  return toolUse(id, 'read_file', { path: `src/${id}.ts`, 'an "odd" name': ['é', 1.5, null] });
}

export function isThinking({ type }: Block): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

/** What must reach every model: a history without its thinking, as JSON. */
export function wordsOf(messages: readonly Said[]): string {
  return JSON.stringify(
    messages.map(({ role, content }) => ({
      role,
      content: typeof content === 'string' ? content : content.filter((block) => !isThinking(block)),
    })),
  );
}

export function thoughtsOf(messages: readonly Said[]): Block[] {
  return messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content.filter(isThinking)));
}
