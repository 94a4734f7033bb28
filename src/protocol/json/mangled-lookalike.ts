import type { MangledCause } from './mangled-body.ts';

/** What stands at the wrong byte when another language's syntax or a word processor had a hand in the body. */
export const LOOKALIKE_CAUSES: readonly MangledCause[] = [
  ({ before }) =>
    /(?:^|[^\\])\\(?:\\\\)*(?:u[0-9A-Fa-f]{0,3})?$/.test(before)
      ? 'After a backslash JSON knows only " \\ / b f n r t and u with four hexadecimal digits. Write a Windows path with doubled backslashes, and an apostrophe without one.'
      : undefined,
  ({ before, after }) =>
    /^\xE2\x80[\x98-\x9F]|^[\x91-\x94]/.test(after) || /\xE2\x80[\x98-\x9F]\s*[:,]\s*"$/.test(before)
      ? 'A typographic quote stands where JSON needs the straight " (0x22): text from a word processor, chat or web page was pasted. Replace these quotes.'
      : undefined,
  ({ after }) =>
    /^(?:\xC2?\xA0|\xE2\x80[\x80-\x8F\xAF]|\xE2\x81\xA0|\xE3\x80\x80|\xEF\xBB\xBF)/.test(after)
      ? 'An invisible character (no-break space, zero-width space or byte order mark) stands where JSON allows only plain white space; it often comes with text copied from a web page. Replace it by a space.'
      : undefined,
  ({ after }) =>
    /^(?:True|False|None)\b/.test(after)
      ? "This is Python's spelling; JSON writes true, false and null. Send json.dumps(body), or requests.post(url, json=body), not str(body)."
      : undefined,
  ({ after }) =>
    /^(?:NaN|Infinity|undefined)\b/.test(after)
      ? 'JSON has no NaN, Infinity or undefined: send null or leave the member out.'
      : undefined,
  ({ head, after }) =>
    /^[{[]\s*'/.test(head) || /^'\w/.test(after)
      ? 'Strings stand in single quotes, as Python prints a dict; JSON needs double quotes. Send json.dumps(body) or JSON.stringify(body), not the printed object.'
      : undefined,
  ({ head, after }) =>
    /^\{\s*[A-Za-z_$]/.test(head) || /^[A-Za-z_$][\w$]*\s*:/.test(after)
      ? 'Member names stand without quotes, as in JavaScript, YAML or jq; JSON needs {"name": ...}. Send JSON.stringify(body), not the source text.'
      : undefined,
  ({ before, after }) =>
    /^[}\]]/.test(after) && /,\s*$/.test(before)
      ? 'A comma stands after the last element, which JSON does not allow. Remove it.'
      : undefined,
  ({ after }) => (/^(?:\/\/|\/\*|#)/.test(after) ? 'This looks like a comment; JSON has none. Remove it.' : undefined),
  ({ after }) =>
    /^[\r\n]/.test(after)
      ? 'A line break stands inside a string; JSON writes it \\n. A quoted text over several lines does this, and so does echo in sh, which turns \\n into a line break: use printf \'%s\' "$body", or build the body with jq -n --arg text "$text" \'{...}\'.'
      : undefined,
  ({ after }) => (after.startsWith('\t') ? 'A tab stands inside a string; JSON writes it \\t.' : undefined),
  ({ after }) =>
    after.startsWith('\0') ? 'A NUL byte stands in the body: text and its terminating NUL were sent.' : undefined,
  ({ after }) =>
    /^\$[\w({]/.test(after)
      ? 'A variable arrived unexpanded. Bash expands it only outside single quotes; safest is jq -n --arg text "$text" \'{...}\', which also escapes its value.'
      : undefined,
  ({ after }) =>
    after.startsWith('\\"')
      ? 'A backslash that was to escape a double quote for the shell arrived with it. Inside single quotes write plain ".'
      : undefined,
];
