import type { Sent } from './prepare.fixture.ts';

const MEMBERS = new Set(
  'model max_tokens stream metadata service_tier stop_sequences temperature top_p top_k thinking output_config cache_control tools tool_choice system messages'.split(
    ' ',
  ),
);

/** What an upstream of the Anthropic shape would refuse a request for, as far as its documentation tells. */
export function wrongIn(sent: Sent): string[] {
  const wrong: string[] = [];
  const check = (right: boolean, fault: string) => {
    if (!right) wrong.push(fault);
  };
  for (const name of Object.keys(sent)) check(MEMBERS.has(name), `unknown member ${name}`);
  check(Number.isInteger(sent.max_tokens) && sent.max_tokens >= 1, 'max_tokens');
  check(!(JSON.stringify(sent).split('"cache_control":').length > 5), 'more than 4 cache marks');
  check(sent.tool_choice === undefined || sent.tools?.length > 0, 'tool_choice without tools');
  check(new Set(sent.tools?.map((tool: Sent) => tool.name)).size === (sent.tools?.length ?? 0), 'tool names');
  for (const tool of sent.tools ?? []) {
    check(/^[A-Za-z0-9_-]{1,128}$/.test(tool.name), `tool name ${tool.name}`);
    check(tool.type !== undefined || tool.input_schema.type === 'object', `schema of ${tool.name}`);
  }
  for (const block of Array.isArray(sent.system) ? sent.system : []) check(block.text.trim() !== '', 'blank system');
  for (const stop of sent.stop_sequences ?? []) check(stop.trim() !== '', 'blank stop sequence');
  if (sent.thinking?.type === 'enabled') {
    const { budget_tokens: budget } = sent.thinking;
    check(budget >= 1024 && budget < sent.max_tokens, 'budget');
    check(sent.temperature === undefined && sent.top_k === undefined, 'sampling while thinking');
  }
  wrong.push(...wrongInMessages(sent.messages));
  return wrong;
}

function wrongInMessages(messages: Sent[]): string[] {
  const wrong: string[] = [];
  const check = (right: boolean, fault: string) => {
    if (!right) wrong.push(fault);
  };
  check(messages[0]?.role === 'user', 'the first message is not the user’s');
  const ids = new Set<string>();
  let open: string[] = [];
  let before = '';
  for (const [i, { role, content }] of messages.entries()) {
    check(role !== before, `messages.${i}: two of one role`);
    before = role;
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    check(blocks.length > 0, `messages.${i} is empty`);
    const results = blocks.filter(({ type }: Sent) => type === 'tool_result');
    check(
      results.every((block: Sent, at: number) => blocks[at] === block),
      `messages.${i}: results are not first`,
    );
    check(
      results
        .map(({ tool_use_id: id }: Sent) => id)
        .toSorted()
        .join() === open.toSorted().join(),
      `messages.${i}: results do not match the calls`,
    );
    open = [];
    for (const block of blocks) {
      if (block.type === 'text') check(block.text.trim() !== '', `messages.${i}: blank text`);
      if (block.type !== 'tool_use') continue;
      check(role === 'assistant' && /^[A-Za-z0-9_-]+$/.test(block.id) && !ids.has(block.id), `id ${block.id}`);
      check(typeof block.input === 'object' && block.input !== null && !Array.isArray(block.input), 'input');
      ids.add(block.id);
      open.push(block.id);
    }
    const last = blocks.at(-1);
    if (role === 'assistant' && i === messages.length - 1 && last.type === 'text') {
      check(last.text.trimEnd() === last.text, 'the prefill ends in white space');
    }
  }
  check(open.length === 0, 'calls without results');
  return wrong;
}
