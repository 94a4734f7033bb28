import { OPENAI_CAPABILITIES } from '../../protocol/transcode/capabilities.ts';
import type { ConnectedProvider, Target } from '../routing/catalogue.ts';
import { Health } from '../routing/health-registry.ts';
import type { Timeouts } from './dialects.ts';
import { KeyTurns } from './key-turns.ts';
import type { Upstream, UpstreamRequest } from './port.ts';

const encoder = new TextEncoder();

/** A model server whose answer a test writes piece by piece; like a socket, it breaks when the request is aborted. */
export class ManualUpstream implements Upstream {
  /** What was asked, once it was. */
  request: UpstreamRequest | undefined;
  /** How often the gateway asked for more. */
  pulls = 0;
  cancelled = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #headers: Readonly<Record<string, string>>;
  /** Settled by hand for tests of the time before an answer. */
  readonly #ready: Promise<void>;

  constructor(headers: Readonly<Record<string, string>> = {}, ready: Promise<void> = Promise.resolve()) {
    this.#headers = headers;
    this.#ready = ready;
  }

  async send(request: UpstreamRequest): Promise<Response> {
    this.request = request;
    const { signal } = request;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    aborted.catch(() => undefined);
    await Promise.race([this.#ready, aborted]);
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          signal.addEventListener('abort', () => {
            if (!this.cancelled) controller.error(signal.reason);
          });
        },
        pull: () => {
          this.pulls++;
        },
        cancel: () => {
          this.cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: this.#headers });
  }

  get aborted(): boolean {
    return this.request?.signal.aborted ?? false;
  }

  async write(text: string): Promise<void> {
    this.#controller?.enqueue(encoder.encode(text));
    await Bun.sleep(0);
  }

  async end(): Promise<void> {
    this.#controller?.close();
    await Bun.sleep(0);
  }

  async break(cause: unknown): Promise<void> {
    this.#controller?.error(cause);
    await Bun.sleep(0);
  }
}

export function targetOf(upstream: Upstream, timeouts: Partial<Timeouts> = {}): Target {
  const provider: ConnectedProvider = {
    name: 'manual',
    shapes: ['openai', 'anthropic'],
    dialect: { usageInStream: true, eofWithoutDone: 'error', auth: 'bearer' },
    timeouts: { connectMs: 1000, firstByteMs: 5000, idleMs: 2000, totalMs: 60_000, ...timeouts },
    upstream,
    keys: new KeyTurns(1),
    redactorFor: () => (text) => text,
  };
  const health = new Health().of('manual', 'up-model');
  const placed = { priority: 0, weight: 1, hasWeight: false, price: undefined };
  return { provider, model: 'up-model', family: 'manual/up', capabilities: OPENAI_CAPABILITIES, health, ...placed };
}
