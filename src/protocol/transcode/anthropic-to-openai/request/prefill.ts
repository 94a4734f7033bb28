import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import type { Context } from './context.ts';
import type { OpenAiMessage } from './openai-message.ts';

/** Whether the conversation ends with words of the assistant. */
export function isPrefilled(root: JsonNode): boolean {
  const last = root.get('messages')?.elements.at(-1);
  if (last?.get('role')?.value !== 'assistant') return false;
  const content = last.get('content');
  const texts = content?.kind === 'string' ? [content] : (content?.elements ?? []).map((block) => block.get('text'));
  return texts.some((text) => (text?.stringOrUndefined ?? '') !== '');
}

/** The conversation ends with words of the assistant, which the model is to go on from: says so as the upstream wants it. */
export function continueLast(messages: OpenAiMessage[], { capabilities, body }: Context): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return;
  const mark = (name: string) => {
    messages[messages.length - 1] = { ...last, members: [...last.members, [name, 'true']] };
  };
  switch (capabilities.prefill) {
    case 'none':
      throw new ApiError(
        'unsupported_value',
        'prefill not supported on this model: the conversation must end with a user message',
        { param: last.from },
      );
    case 'prefix':
      mark('prefix');
      return;
    case 'partial':
      mark('partial');
      return;
    case 'continue_final':
      body.set('continue_final_message', 'true', last.from);
      body.set('add_generation_prompt', 'false', last.from);
      return;
    case 'native':
  }
}
