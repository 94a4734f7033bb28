import { type Capabilities, OPENAI_CAPABILITIES } from '../../protocol/transcode/capabilities.ts';
import { readRequest, type RequestFacts } from '../../protocol/request.ts';
import type { Shape } from '../../protocol/shape.ts';
import { KeyTurns } from '../upstream/key-turns.ts';
import { targetOf } from '../upstream/manual-upstream.fixture.ts';
import type { Model, Target } from './catalogue.ts';
import type { Routed } from './fit.ts';
import { Health } from './health-registry.ts';

export interface PlaceOptions extends Partial<Pick<Target, 'priority' | 'weight' | 'hasWeight' | 'price'>> {
  readonly shape?: Shape;
  readonly keys?: number;
  readonly capabilities?: Partial<Capabilities>;
}

/** A target that nothing can be sent to. */
export function place(
  name: string,
  { shape = 'openai', keys = 1, capabilities = {}, ...more }: PlaceOptions = {},
): Target {
  const target = targetOf({ send: () => Promise.reject(new Error('nothing is sent')) });
  return {
    ...target,
    provider: { ...target.provider, name, shapes: [shape], keys: new KeyTurns(keys) },
    capabilities: { ...OPENAI_CAPABILITIES, ...capabilities },
    family: `${name}/up`,
    health: new Health().of(name, target.model),
    ...more,
  };
}

export function modelOf(targets: readonly Target[], policy: Model['policy'] = 'weight'): Model {
  return { id: 'm', targets, policy, hedge: false, price: undefined, context: undefined, maxOutput: undefined };
}

export function factsOf(body: object): RequestFacts {
  const whole = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body };
  return readRequest(new TextEncoder().encode(JSON.stringify(whole)));
}

export function routedOf(
  model: Model,
  body: object = {},
  headers: Record<string, string> = {},
  shape: Shape = 'openai',
): Routed {
  return { model, shape, keyId: 'k', headers: new Headers(headers), facts: factsOf(body) };
}
