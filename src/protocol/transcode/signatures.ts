/** What models signed in their answers, as parsed values. Whatever is not of the shape has none. */

/** Of the blocks of an Anthropic message. */
export function signaturesOfBlocks(blocks: unknown): string[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block: unknown) => {
    const { type, signature, data } = membersOf(block);
    if (type === 'thinking') return textOf(signature);
    return type === 'redacted_thinking' ? textOf(data) : [];
  });
}

/** Of an event of an Anthropic stream. */
export function signaturesOfEvent(event: Readonly<Record<string, unknown>>): string[] {
  switch (event['type']) {
    case 'content_block_delta': {
      const { type, signature } = membersOf(event['delta']);
      return type === 'signature_delta' ? textOf(signature) : [];
    }
    case 'content_block_start':
      return signaturesOfBlocks([event['content_block']]);
    case 'message_start':
      return signaturesOfBlocks(membersOf(event['message'])['content']);
    default:
      return [];
  }
}

/** Of the `choices` of an OpenAI answer or chunk: routers' `reasoning_details`, and Gemini's signatures of texts and calls. */
export function signaturesOfChoices(choices: unknown): string[] {
  if (!Array.isArray(choices)) return [];
  return choices.flatMap((choice: unknown) => {
    const { message, delta } = membersOf(choice);
    const { reasoning_details: details, tool_calls: calls, ...said } = membersOf(message ?? delta);
    return [
      ...listOf(details).flatMap((entry) => {
        const { signature, data } = membersOf(entry);
        return [...textOf(signature), ...textOf(data)];
      }),
      ...[said, ...listOf(calls)].flatMap((holder) => {
        const { google } = membersOf(membersOf(holder)['extra_content']);
        return textOf(membersOf(google)['thought_signature']);
      }),
    ];
  });
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}
