import type { Shape } from '../../api/route.ts';

/** What is asked, as the form has it. */
export interface Draft {
  readonly shape: Shape;
  readonly model: string;
  readonly stream: boolean;
  readonly system: string;
  readonly prompt: string;
  readonly maxTokens: string;
}

/** The request's body, in the shape of the client. */
export function bodyOf({ shape, model, stream, system, prompt, maxTokens }: Draft): string {
  const most = Number.parseInt(maxTokens, 10);
  const hasMost = Number.isSafeInteger(most) && most > 0;
  const user = { role: 'user', content: prompt };
  const body =
    shape === 'openai'
      ? {
          model,
          ...(stream ? { stream: true } : {}),
          ...(hasMost ? { max_completion_tokens: most } : {}),
          messages: system.trim() === '' ? [user] : [{ role: 'system', content: system }, user],
        }
      : {
          model,
          max_tokens: hasMost ? most : 1024,
          ...(stream ? { stream: true } : {}),
          ...(system.trim() === '' ? {} : { system }),
          messages: [user],
        };
  return JSON.stringify(body, null, 2);
}
