/** th-orchestra before scripted upstreams of one shape, with a model in each pool. */
import { anthropicMessage, anthropicStream, openaiCompletion, openaiStream } from './answers.ts';
import type { ClientShape } from './clients.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { providerOf } from './relay-fixture.ts';
import { ScriptedUpstream, type Exchange } from './scripted-upstream.ts';

export const POOL_NAMES = ['planner', 'coder', 'summarizer', 'reviewer', 'chat', 'vision'] as const;

export interface OrchestraFixture {
  readonly upstream: ScriptedUpstream;
  readonly gateway: Gateway;
  readonly url: string;
  readonly key: string;
  /** The body of the last request an upstream got, as text. */
  lastBody(): string;
  stop(): Promise<void>;
}

/** Answers in the upstream's shape, as a stream where one is asked for. */
export function answerIn(shape: ClientShape): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const { stream } = JSON.parse(exchange.request.text()) as { stream?: unknown };
    if (stream === true) {
      return exchange.stream([(shape === 'openai' ? openaiStream({ usage: true }) : anthropicStream()).join('')]);
    }
    return exchange.json(200, shape === 'openai' ? openaiCompletion() : anthropicMessage());
  };
}

/** The model of each pool is `pool/<name>`, its upstream's name `private-<name>`. */
export async function startOrchestra(shape: ClientShape, config: object = {}): Promise<OrchestraFixture> {
  const upstream = await ScriptedUpstream.start();
  const models = Object.fromEntries(
    POOL_NAMES.map((name) => {
      upstream.on(`private-${name}`, answerIn(shape));
      const targets = [{ provider: 'up', model: `private-${name}` }];
      return [`pool/${name}`, { targets, price: { input: 1, output: 2 } }];
    }),
  );
  const pools = Object.fromEntries(POOL_NAMES.map((name) => [name, [`pool/${name}`]]));
  try {
    const gateway = await startGateway({
      config: {
        log: { level: 'info' },
        providers: { up: providerOf(upstream, shape) },
        models,
        orchestra: { pools },
        ...config,
      },
    });
    return {
      upstream,
      gateway,
      url: gateway.url,
      key: gateway.key,
      lastBody: () => upstream.requests.at(-1)?.text() ?? '',
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
