import { checkToolUse } from './anthropic-block.ts';
import { checkStop } from './anthropic-stop.ts';
import { checkAnthropicUsage } from './anthropic-usage.ts';
import { Place } from './frames.ts';

/** Checks a whole message. Throws a {@link GrammarError} that names the first violation. */
export function checkAnthropicMessage(bytes: Uint8Array): void {
  const place = new Place('message');
  const body = place.object(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 'body');
  const required = ['id', 'type', 'role', 'model', 'content', 'stop_reason', 'stop_sequence', 'stop_details'];
  place.members(body, [...required, 'usage', 'container'], ['diagnostics'], 'body');
  place.text(body.id, 'id');
  place.oneOf(body.type, ['message'], 'type');
  place.oneOf(body.role, ['assistant'], 'role');
  place.text(body.model, 'model');
  const ids = new Set<string>();
  for (const [at, item] of place.array(body.content, 'content').entries()) {
    checkBlock(place.object(item, 'block'), ids, place.within(`content[${at}]`));
  }
  checkStop(body, ids.size, place);
  checkAnthropicUsage(body.usage, place);
  const usage = body.usage as Record<string, unknown>;
  place.oneOf(usage.cache_creation, [null], 'usage.cache_creation');
  place.oneOf(usage.server_tool_use, [null], 'usage.server_tool_use');
  place.oneOf(usage.service_tier, ['standard'], 'usage.service_tier');
}

function checkBlock(block: Record<string, unknown>, ids: Set<string>, place: Place): void {
  const type = place.oneOf(block.type, ['text', 'thinking', 'redacted_thinking', 'tool_use'] as const, 'type');
  switch (type) {
    case 'text':
      place.members(block, ['type', 'text'], ['citations'], 'block');
      if (place.string(block.text, 'text').trim() === '') place.fail('is white space alone');
      // Anthropic itself leaves them out where there are none.
      if ('citations' in block) place.array(block.citations, 'citations');
      return;
    case 'thinking':
      place.members(block, ['type', 'thinking', 'signature'], [], 'block');
      place.string(block.thinking, 'thinking');
      place.text(block.signature, 'signature');
      return;
    case 'redacted_thinking':
      place.members(block, ['type', 'data'], [], 'block');
      place.text(block.data, 'data');
      return;
    case 'tool_use': {
      place.object(block.input, 'input');
      const id = checkToolUse(block, place);
      if (ids.has(id)) place.fail(`the id ${id} has been used before`);
      ids.add(id);
    }
  }
}
