import type { Shape } from '../../protocol/shape.ts';
import type { Capabilities } from '../../protocol/transcode/capabilities.ts';
import type { HardNeed, Needs, SoftNeed } from './needs.ts';

/** What a model cannot do that does not honour a need. */
export const UNMET: Readonly<Record<HardNeed, string>> = {
  tools: 'calls no tools',
  images: 'reads no images',
  pdf: 'reads no PDF documents',
  schema: 'cannot be held to a JSON schema',
};

/** The member of the client's body that holds a need. */
export function paramOf(need: HardNeed, shape: Shape): string {
  if (need === 'tools') return 'tools';
  if (need !== 'schema') return 'messages';
  return shape === 'openai' ? 'response_format' : 'output_config.format';
}

/** The hard needs that a model of these capabilities cannot honour. */
export function unmetOf(needs: Needs, capabilities: Capabilities): readonly HardNeed[] {
  const { hard } = needs;
  return hard.length === 0 ? hard : hard.filter((need) => !HONOURS[need](capabilities));
}

/** The soft needs, likewise; `inputTokens`: as estimated for this model. */
export function missesOf(needs: Needs, capabilities: Capabilities, inputTokens: () => number): readonly SoftNeed[] {
  const missed: SoftNeed[] = [];
  if (needs.json && capabilities.structured === 'none') missed.push('json');
  if (needs.thinking && !canThink(capabilities)) missed.push('thinking');
  const { context } = capabilities;
  if (context !== undefined && inputTokens() + needs.outputTokens > context) missed.push('context');
  return missed;
}

/** Whether a model of these capabilities honours a hard need. */
export const HONOURS: Readonly<Record<HardNeed, (capabilities: Capabilities) => boolean>> = {
  tools: ({ tools }) => tools,
  images: ({ images }) => images !== 'none',
  pdf: ({ pdf }) => pdf,
  schema: ({ structured }) => structured === 'strict' || structured === 'schema',
};

/** Whether it may be asked to think. */
export function canThink({ thinking, thinkSwitch, effortLevels, reasoningIn }: Capabilities): boolean {
  return thinking !== 'none' || thinkSwitch !== 'none' || effortLevels.length > 0 || reasoningIn !== 'none';
}
