import { ApiError } from '../protocol/api-error.ts';

/** What clients ask for that does not exist here, and what to do instead. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/\/responses\/?$/, 'The Responses API is not served here. Use /v1/chat/completions'],
  [/\/embeddings\/?$/, 'Embeddings are not served here'],
  [/\/(?:chat\/)?completions\/?$/, 'Use POST /v1/chat/completions'],
  [/\/messages\/batches/, 'Message batches are not served here. Use POST /v1/messages'],
  [/\/complete\/?$/, 'The text completions API is not served here. Use POST /v1/messages'],
  [
    /\/(?:files|batches|assistants|threads|images|audio|moderations|fine_tuning)\b/,
    'Only models, chat completions and messages are served here',
  ],
];

export function unknownUrl(method: string, pathname: string): ApiError {
  const shown = pathname.length > 100 ? `${pathname.slice(0, 100)}…` : pathname;
  const hint = HINTS.find(([pattern]) => pattern.test(pathname))?.[1];
  return new ApiError('unknown_url', `There is no ${method} ${shown} here${hint === undefined ? '' : `. ${hint}`}`);
}
