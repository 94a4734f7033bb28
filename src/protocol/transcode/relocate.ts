import { ApiError } from '../api-error.ts';
import type { UpstreamFault } from './upstream-error.ts';

/** A path into a request, as vendors write them: `messages[3].content[0].type`, `messages.3.content.0`, `messages.[3].role`. */
const PATH =
  /\b(?:messages|system|tools|functions|tool_choice|response_format|output_config|thinking)(?:\.?\[\d+\]|\.\w+)+/g;
const LEADING_PATH = /^([\w.[\]]+): /;

/**
 * An upstream's fault in the client's own terms: the paths it names lead into a body the client never saw, so each is
 * replaced by the place it came from, and stays as it is where that is not known.
 */
export function relocateFault(fault: UpstreamFault, locate: (param: string) => string | undefined): UpstreamFault {
  const relocate = (path: string) => locate(path.replace(/\.?\[(\d+)\]|\.(\d+)/g, '[$1$2]')) ?? path;
  const message = fault.message.replace(PATH, relocate);
  const param = fault.param === undefined ? undefined : relocate(fault.param);
  // Anthropic names the path at the head of the message; OpenAI's clients look for it in `param`.
  const [, leading] = param === undefined ? (LEADING_PATH.exec(message) ?? []) : [];
  const found = param ?? (leading === undefined || message === fault.message ? undefined : leading);
  return found === undefined ? { ...fault, message } : { ...fault, message, param: found };
}

/** The gateway's own error about a body that is not quite the client's, in the client's terms: as {@link relocateFault}. */
export function relocateError(error: ApiError, locate: (param: string) => string): ApiError {
  const { code, message, details } = error;
  const param = details.param === undefined ? {} : { param: locate(details.param) };
  return new ApiError(code, message.replace(PATH, locate), { cause: error, ...details, ...param });
}
