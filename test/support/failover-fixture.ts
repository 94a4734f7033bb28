/** Models with several targets, each on a provider of its own, before one scripted upstream. */
import { post, requestBody, type ClientShape } from './clients.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { providerOf } from './relay-fixture.ts';
import { ScriptedUpstream, type Script } from './scripted-upstream.ts';

export interface Place {
  readonly shape: ClientShape;
  /** Left out: the scripted upstream. */
  readonly url?: string;
  readonly provider?: object;
  readonly target?: object;
}

export interface FailoverModel {
  readonly id: string;
  /** What each target's upstream gets as the model, in the order of the places. */
  readonly upstreamModels: readonly string[];
  /** How often each target was asked. */
  asked(): number[];
  script(...scripts: readonly Script[]): FailoverModel;
}

export interface FailoverFixture {
  readonly upstream: ScriptedUpstream;
  readonly gateway: Gateway;
  readonly url: string;
  readonly key: string;
  model(name: string): FailoverModel;
  ask(shape: ClientShape, model: FailoverModel, extra?: object, headers?: Record<string, string>): Promise<Response>;
  /** The log line of the first request for a model, or of the one that was answered so, once it is written. */
  line(model: FailoverModel, response?: Response): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** `models`: the places of each; they follow one another by priority unless a target says otherwise. */
export async function startFailover(
  models: Readonly<Record<string, { readonly places: readonly Place[]; readonly model?: object }>>,
  config: object = {},
): Promise<FailoverFixture> {
  const upstream = await ScriptedUpstream.start();
  const providers: Record<string, object> = {};
  const entries: Record<string, object> = {};
  const made = new Map<string, FailoverModel>();
  for (const [name, { places, model = {} }] of Object.entries(models)) {
    const upstreamModels = places.map((_, i) => `${name}-${i}`);
    for (const [i, { shape, url, provider = {} }] of places.entries()) {
      providers[`${name}-${i}`] = providerOf({ url: url ?? upstream.url }, shape, provider);
    }
    entries[name] = {
      targets: places.map(({ target = {} }, i) => ({
        provider: `${name}-${i}`,
        model: upstreamModels[i],
        priority: i,
        ...target,
      })),
      price: { input: 1, output: 2 },
      ...model,
    };
    const one: FailoverModel = {
      id: name,
      upstreamModels,
      asked: () => upstreamModels.map((upstreamModel) => upstream.requestsFor(upstreamModel).length),
      script: (...scripts) => {
        for (const [i, script] of scripts.entries()) upstream.on(upstreamModels[i] as string, script);
        return one;
      },
    };
    made.set(name, one);
  }
  try {
    const gateway = await startGateway({ config: { log: { level: 'info' }, ...config, providers, models: entries } });
    return {
      upstream,
      gateway,
      url: gateway.url,
      key: gateway.key,
      model: (name) => {
        const model = made.get(name);
        if (model === undefined) throw new Error(`this fixture has no model ${name}`);
        return model;
      },
      ask: (shape, { id }, extra = {}, headers = {}) =>
        post(gateway, shape, requestBody(shape, id, extra), { headers }),
      line: async ({ id }, response) => {
        const requestId = response?.headers.get('x-th-request-id');
        for (let tries = 0; tries < 100; tries++) {
          const lines = gateway
            .logs()
            .split('\n')
            .filter((line) => line.startsWith('{'));
          const line = lines
            .map((text) => JSON.parse(text) as Record<string, unknown>)
            .find((one) => one['model'] === id && (requestId === undefined || one['request_id'] === requestId));
          if (line !== undefined) return line;
          await Bun.sleep(20);
        }
        throw new Error(`no log line tells of ${id}`);
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
