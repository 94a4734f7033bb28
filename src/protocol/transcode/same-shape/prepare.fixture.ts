import type { Capabilities } from '../capabilities.ts';
import { crossingOf } from '../crossing.fixture.ts';
import type { ThinkingPorts } from '../ports.ts';
import { Warnings } from '../warnings.ts';
import { prepareSameShape } from './request.ts';

const decoder = new TextDecoder();

export interface Asked {
  readonly thinking?: ThinkingPorts | undefined;
  readonly capabilities?: Partial<Capabilities>;
}

export interface Sent {
  readonly text: string;
  readonly exact: boolean;
  readonly warnings: readonly string[];
}

/** The body as its upstream gets it. */
export function send(shape: 'openai' | 'anthropic', body: string, { thinking, capabilities = {} }: Asked = {}): Sent {
  const warnings = new Warnings();
  const crossing = crossingOf(body, shape, capabilities, { upstreamModel: 'm', thinking });
  const prepared = prepareSameShape(shape, crossing, warnings);
  return { text: decoder.decode(prepared.body), exact: prepared.exact, warnings: warnings.list };
}
