import { isJson } from '../bytes.ts';
import { parseUpstreamFault, type UpstreamFault } from '../transcode/upstream-error.ts';

/** Not by `^` and `$`: they find lines within a line. */
const COMMENT = /(^|[\r\n]):[^\r\n]*/g;
const ERROR_FIELD = 'error:';

/** What is left of a frame's text without its comments and the space around it. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT, '$1').trim();
}

/** An error that stands in a stream without being an event: `{"error":…}`, or a field named `error`. */
export function readBareFault(text: string): UpstreamFault | undefined {
  if (!text.startsWith(ERROR_FIELD)) return parseUpstreamFault(text);
  const words = text.slice(ERROR_FIELD.length).trim();
  return parseUpstreamFault(words) ?? { message: wordsOf(words) };
}

/** What an error says in plain text or as a JSON string. */
export function wordsOf(text: string): string {
  const value: unknown = isJson(text) ? JSON.parse(text) : text;
  return (typeof value === 'string' ? value.trim() : text) || 'The upstream reported an error';
}
