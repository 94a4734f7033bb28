/** One gateway before one scripted upstream, with as many separate models as the tests of a file need. */
import type { ClientShape } from './clients.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { ScriptedUpstream, type Script } from './scripted-upstream.ts';

/** What the gateway presents to the upstream; it must never be seen by a client. */
export const UPSTREAM_KEY = 'sk-upstream-secret-0123456789abcdef';

export interface Target {
  readonly shape: ClientShape;
  /** The public id a client asks for. */
  readonly id: string;
  /** The id the upstream gets. */
  readonly upstreamModel: string;
}

export interface RelayFixture {
  readonly upstream: ScriptedUpstream;
  readonly gateway: Gateway;
  readonly url: string;
  readonly key: string;
  /** A model nobody used yet, on a provider of its own (so that no breaker is shared), answered by `script`. */
  target(shape: ClientShape, script: Script): Target;
  stop(): Promise<void>;
}

export interface RelayFixtureOptions {
  /** Models to prepare for each shape. */
  readonly targets?: number;
  /** Added to every provider. */
  readonly provider?: object;
  /** Added to the configuration. */
  readonly config?: object;
  /** More providers and models. */
  readonly providers?: Readonly<Record<string, object>>;
  readonly models?: Readonly<Record<string, object>>;
}

export async function startRelay(options: RelayFixtureOptions = {}): Promise<RelayFixture> {
  const upstream = await ScriptedUpstream.start();
  const providers: Record<string, object> = { ...options.providers };
  const models: Record<string, object> = { ...options.models };
  const free: Record<ClientShape, Target[]> = { openai: [], anthropic: [] };
  for (const shape of ['openai', 'anthropic'] as const) {
    for (let i = 0; i < (options.targets ?? 40); i++) {
      const name = `${shape}-${i}`;
      const target: Target = { shape, id: `test/${name}`, upstreamModel: `private-${name}` };
      providers[name] = providerOf(upstream, shape, options.provider);
      models[target.id] = {
        targets: [{ provider: name, model: target.upstreamModel }],
        price: { input: 1, output: 2 },
      };
      free[shape].push(target);
    }
  }
  try {
    const gateway = await startGateway({ config: { retry: { attempts: 1 }, ...options.config, providers, models } });
    return {
      upstream,
      gateway,
      url: gateway.url,
      key: gateway.key,
      target: (shape, script) => {
        const target = free[shape].shift();
        if (target === undefined) throw new Error(`no ${shape} model left: raise \`targets\` of this fixture`);
        upstream.on(target.upstreamModel, script);
        return target;
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

/** A provider's configuration that leads to a scripted upstream. */
export function providerOf(upstream: { readonly url: string }, shape: ClientShape, more: object = {}): object {
  return {
    shape,
    base_url: shape === 'openai' ? `${upstream.url}/v1` : upstream.url,
    api_key: UPSTREAM_KEY,
    ...more,
  };
}
