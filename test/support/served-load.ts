/**
 * Requests that can be told apart wherever they are met. Each asks for a model of its own, `o/r12` or `a/r12`, so that
 * its number stands in what the upstream gets and in the ledger; each is answered with usage of its own, so that what it
 * came to is known from the number alone. The upstream keeps its own account of what it was asked and has sent.
 */
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from './answers.ts';
import { type ClientShape, routeOf } from './clients.ts';
import { providerOf } from './relay-fixture.ts';
import { type Exchange, modelOf, ScriptedUpstream, SSE_HEADERS } from './scripted-upstream.ts';

/** USD per million tokens; a thousand times as many nano-dollars a token. */
const PRICE = { input: 3, output: 7 };
export const PIECE = 'some more words ';

/** How a request is asked, and how its answer is paced. */
export interface Asked {
  readonly number: number;
  readonly shape: ClientShape;
  readonly upstream: ClientShape;
  readonly stream: boolean;
  readonly pieces: number;
  readonly delayMs: number;
  /** The client leaves after so long; 0: it stays. */
  readonly leavesMs: number;
}

/** What the upstream knows of a request. */
export interface Served {
  received: number;
  /** Whether it has sent its whole answer. */
  finished: boolean;
  /** When each piece of a stream left, by `performance.now()`. */
  readonly sentMs: number[];
}

/** What the client saw. */
export interface Seen {
  readonly asked: Asked;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** The answer came to its proper end. */
  readonly whole: boolean;
}

export function publicModel({ upstream, number }: Asked): string {
  return `${upstream === 'openai' ? 'o' : 'a'}/r${number}`;
}

export function usageOf(number: number): { readonly input: number; readonly output: number } {
  return { input: 100 + (number % 97), output: 20 + (number % 31) };
}

/** Nano-dollars. */
export function costOf({ input, output }: { readonly input: number; readonly output: number }): bigint {
  return BigInt(input * PRICE.input + output * PRICE.output) * 1000n;
}

export class ServedLoad {
  readonly served = new Map<number, Served>();
  readonly seen: Seen[] = [];
  readonly #asked = new Map<number, Asked>();
  readonly #upstream: ScriptedUpstream;

  private constructor(upstream: ScriptedUpstream) {
    this.#upstream = upstream;
  }

  static async start(): Promise<ServedLoad> {
    const load: ServedLoad = new ServedLoad(await ScriptedUpstream.start((exchange) => load.#answer(exchange)));
    return load;
  }

  /** Providers and models, for the program's configuration. */
  get config(): object {
    const one = (provider: string) => ({ targets: [{ provider, model: '*' }], price: PRICE });
    return {
      retry: { attempts: 1 },
      providers: { o: providerOf(this.#upstream, 'openai'), a: providerOf(this.#upstream, 'anthropic') },
      models: { 'o/*': one('o'), 'a/*': one('a') },
    };
  }

  /** Asks, and remembers what came of it. Never rejects. */
  async ask(url: string, key: string, asked: Asked): Promise<Seen> {
    this.#asked.set(asked.number, asked);
    const leaving = new AbortController();
    const timer = asked.leavesMs > 0 ? setTimeout(() => leaving.abort(), asked.leavesMs) : undefined;
    let status: number | undefined;
    let requestId: string | undefined;
    let text = '';
    let ended = false;
    try {
      const response = await fetch(`${url}${routeOf(asked.shape)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          model: publicModel(asked),
          max_tokens: 4000,
          stream: asked.stream,
          messages: [{ role: 'user', content: `This is request ${asked.number}.` }],
        }),
        signal: leaving.signal,
      });
      status = response.status;
      requestId = response.headers.get('x-request-id') ?? undefined;
      text = await response.text();
      ended = true;
    } catch {
      // The connection broke, or the client left: what else there is to know the ledger has to tell.
    }
    clearTimeout(timer);
    const mark = asked.shape === 'openai' ? '[DONE]' : 'message_stop';
    const whole = ended && status === 200 && (!asked.stream || text.includes(mark));
    const seen = { asked, status, requestId, whole };
    this.seen.push(seen);
    return seen;
  }

  /** Forgets the requests, to begin anew with numbers not used yet. */
  clear(): void {
    this.served.clear();
    this.seen.length = 0;
    this.#asked.clear();
    this.#upstream.requests.length = 0;
  }

  stop(): Promise<void> {
    return this.#upstream.stop();
  }

  async #answer(exchange: Exchange): Promise<void> {
    const number = Number(/^r(\d+)$/.exec(modelOf(exchange.request) ?? '')?.[1]);
    const asked = this.#asked.get(number);
    if (asked === undefined) throw new Error(`nobody asked for ${modelOf(exchange.request)}`);
    const served = this.served.get(number) ?? { received: 0, finished: false, sentMs: [] };
    this.served.set(number, served);
    served.received++;
    await (asked.stream ? stream(exchange, asked, served) : json(exchange, asked, served));
  }
}

async function json(exchange: Exchange, { upstream, number, delayMs }: Asked, served: Served): Promise<void> {
  await Bun.sleep(delayMs);
  const { input, output } = usageOf(number);
  const body =
    upstream === 'openai'
      ? {
          ...openaiCompletion(),
          usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
        }
      : { ...anthropicMessage(), usage: { input_tokens: input, output_tokens: output } };
  if (exchange.gone) return;
  await exchange.json(200, body);
  served.finished = !exchange.gone;
}

async function stream(exchange: Exchange, asked: Asked, served: Served): Promise<void> {
  const { input, output } = usageOf(asked.number);
  const pieces = Array.from({ length: asked.pieces }, () => PIECE);
  const events = asked.upstream === 'openai' ? openaiStream({ pieces }) : anthropicStream({ pieces });
  // The usage of the answers that are made up elsewhere becomes this request's own.
  const told = events.map((event) =>
    event
      .replace('"prompt_tokens":12', `"prompt_tokens":${input}`)
      .replace('"completion_tokens":3', `"completion_tokens":${output}`)
      .replace('"input_tokens":12', `"input_tokens":${input}`)
      .replace('"usage":{"output_tokens":3}', `"usage":{"output_tokens":${output}}`),
  );
  await exchange.head({ headers: SSE_HEADERS, framing: 'chunked' });
  for (const event of told) {
    if (!(await exchange.write(event)) || exchange.gone) return;
    if (!event.includes(PIECE)) continue;
    served.sentMs.push(performance.now());
    await Bun.sleep(asked.delayMs);
  }
  await exchange.end();
  served.finished = !exchange.gone;
}
