import type { JsonNode } from '../../../json/node.ts';
import { readSystemBlock, readSystemContent } from './content-blocks.ts';
import type { Context } from './context.ts';
import type { Part } from './openai-message.ts';

/**
 * Claude Code's first system block names its version and a digest that differs in every request: read as part of the
 * prompt by any upstream but Anthropic's own, it makes each request miss the prefix cache.
 */
const ATTRIBUTION = 'x-anthropic-billing-header:';
const ATTRIBUTION_BYTES = new TextEncoder().encode(`"${ATTRIBUTION}`);

/** `system`: a text, or blocks of it. */
export function readSystemPrompt(system: JsonNode | undefined, context: Context): readonly Part[] {
  if (system === undefined) return [];
  if (system.kind === 'string') return readSystemContent(system, context);
  return system.asArray().flatMap((block) => {
    if (isAttribution(block)) {
      context.warnings.add('dropped.attribution_block', block.path);
      return [];
    }
    return readSystemBlock(block, context);
  });
}

/** One line that says nothing else. */
function isAttribution(block: JsonNode): boolean {
  const text = block.get('text');
  if (text?.kind !== 'string') return false;
  const { bytes, start, end } = text;
  if (end - start <= ATTRIBUTION_BYTES.length) return false;
  if (!ATTRIBUTION_BYTES.every((byte, i) => bytes[start + i] === byte)) return false;
  return !text.asString().trimEnd().includes('\n');
}
