/** One gateway for the tests of a file, with a model of its own for each of them, before one scripted upstream. */
import { afterAll, beforeAll, setDefaultTimeout } from 'bun:test';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { anthropicClient, openaiClient, post, type ClientShape, type Endpoint } from '../../support/clients.ts';
import { startGateway, type Gateway } from '../../support/gateway.ts';
import { providerOf } from '../../support/relay-fixture.ts';
import { ScriptedUpstream, type RecordedRequest, type Script } from '../../support/scripted-upstream.ts';

/** What an upstream says: a script, the writes of a stream, a JSON text, or a value that becomes one. */
export type Answer = Script | readonly string[] | string | object;

export interface ModelOptions {
  /** How the upstream differs from its shape, as in the configuration. */
  readonly dialect?: object;
  /** Members of the model's configuration. */
  readonly model?: object;
  /** Members of the provider's configuration. */
  readonly provider?: object;
}

export interface ConformanceOptions {
  /** Members of the configuration. */
  readonly config?: object;
}

/** A model that one test uses, on a provider of its own. */
export class ConformanceModel {
  readonly shape: ClientShape;
  /** What clients ask for. */
  readonly id: string;
  /** What the upstream is asked for. */
  readonly upstreamId: string;
  readonly #upstream: () => ScriptedUpstream;

  constructor(shape: ClientShape, number: number, upstream: () => ScriptedUpstream) {
    this.shape = shape;
    this.id = `conformance/${shape}-${number}`;
    this.upstreamId = `private-${shape}-${number}`;
    this.#upstream = upstream;
  }

  /** Says how the upstream answers: one answer a request, the last one again and again. */
  answer(first: Answer, ...next: Answer[]): this {
    const answers = [first, ...next];
    let count = 0;
    this.#upstream().on(this.upstreamId, (exchange) => {
      const answer = answers[Math.min(count++, answers.length - 1)]!;
      if (typeof answer === 'function') return (answer as Script)(exchange);
      if (Array.isArray(answer)) return exchange.stream(answer as readonly string[]);
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
      return exchange.answer(200, text, [['content-type', 'application/json']]);
    });
    return this;
  }

  /** What reached the upstream. */
  get requests(): readonly RecordedRequest[] {
    return this.#upstream().requestsFor(this.upstreamId);
  }

  /** The text of the body the upstream got last, or first for 0. */
  sentText(index = -1): string {
    const request = this.requests.at(index);
    if (request === undefined) throw new Error(`${this.id}: no request number ${index} reached the upstream`);
    return request.text();
  }

  sent(index = -1): Body {
    return JSON.parse(this.sentText(index)) as Body;
  }
}

/** A request body as the upstream got it; what is wrong in it shows when it is compared. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests read any member of any shape
export type Body = any;

export interface Conformance extends Endpoint {
  readonly gateway: Gateway;
  readonly upstream: ScriptedUpstream;
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  /** Declares a model; to be called before the tests run. */
  model(shape: ClientShape, options?: ModelOptions): ConformanceModel;
  post(shape: ClientShape, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** To be called once at the top of a test file. */
export function conformance({ config = {} }: ConformanceOptions = {}): Conformance {
  setDefaultTimeout(30_000);
  const providers: Record<string, object> = {};
  const declared: { readonly model: ConformanceModel; readonly options: ModelOptions }[] = [];
  const models: Record<string, object> = {};
  let gateway: Gateway | undefined;
  let upstream: ScriptedUpstream | undefined;
  const running = () => {
    if (gateway === undefined) throw new Error('the gateway of this file does not run');
    return gateway;
  };
  const runningUpstream = () => {
    if (upstream === undefined) throw new Error('the upstream of this file does not run');
    return upstream;
  };

  beforeAll(async () => {
    upstream = await ScriptedUpstream.start();
    for (const { model, options } of declared) {
      const name = model.upstreamId;
      const dialect = options.dialect === undefined ? {} : { dialect: options.dialect };
      providers[name] = providerOf(upstream, model.shape, { ...dialect, ...options.provider });
      models[model.id] = {
        targets: [{ provider: name, model: model.upstreamId }],
        price: { input: 1, output: 2 },
        ...options.model,
      };
    }
    gateway = await startGateway({ config: { retry: { attempts: 1 }, ...config, providers, models } });
  });
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  return {
    get gateway() {
      return running();
    },
    get upstream() {
      return runningUpstream();
    },
    get url() {
      return running().url;
    },
    get key() {
      return running().key;
    },
    get openai() {
      return openaiClient(running());
    },
    get anthropic() {
      return anthropicClient(running());
    },
    model(shape, options = {}) {
      const model = new ConformanceModel(shape, declared.length, runningUpstream);
      declared.push({ model, options });
      return model;
    },
    post: (shape, body, headers = {}) => post(running(), shape, body, { headers }),
  };
}

/** The codes of `X-TH-Transcode-Warnings`. */
export function warningsOf(response: { readonly headers: { get(name: string): string | null } }): string[] {
  return (response.headers.get('x-th-transcode-warnings') ?? '').split(',').filter((code) => code !== '');
}

/** Whether a warning was given, with whatever path. */
export function hasWarning(
  response: { readonly headers: { get(name: string): string | null } },
  code: string,
): boolean {
  return warningsOf(response).some((warning) => warning === code || warning.startsWith(`${code}=`));
}
