/** The arguments of a tool call as an object: what Anthropic's shape insists on and OpenAI's leaves to the model. */
export interface ToolInput {
  /** JSON text of an object, as the model wrote it wherever that is one. */
  readonly json: string;
  /** Whether it is the very text that came (but for space around it). */
  readonly intact: boolean;
}

/** Where arguments that are no object are kept within one. */
const RAW = '_raw_arguments';

/** Levels of an input: the client returns it some levels deep within a body, and bodies nest 64 levels at most. */
const MAX_DEPTH = 56;

/**
 * Reads a call's arguments: nothing (or `null`) is `{}`; an object within a JSON string is unwrapped once; `{}`
 * directly before an object and leftovers behind one (`</tool_call>`, a code fence) are left out; anything else becomes
 * `{"_raw_arguments": "<text>"}`. Never throws: weak models leave junk in a history, and it must not end the dialogue.
 */
export function readToolInput(text: string): ToolInput {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'null') return { json: '{}', intact: false };
  const object = objectIn(trimmed);
  if (object !== undefined) return { json: object, intact: object.length === trimmed.length };
  const inner = trimmed.startsWith('"') ? parse(trimmed) : undefined;
  if (typeof inner === 'string') {
    const unwrapped = inner.trim();
    if (unwrapped === '') return { json: '{}', intact: false };
    if (objectEnd(unwrapped, 0) === unwrapped.length && isObject(unwrapped)) return { json: unwrapped, intact: false };
  }
  return { json: JSON.stringify({ [RAW]: text }), intact: false };
}

/** The arguments text of an input: the raw text again where {@link readToolInput} had wrapped it. */
export function toArguments(inputJson: string): string {
  if (!inputJson.includes(RAW)) return inputJson;
  const input = parse(inputJson);
  if (typeof input !== 'object' || input === null || Object.keys(input).length !== 1) return inputJson;
  const raw: unknown = (input as Record<string, unknown>)[RAW];
  return typeof raw === 'string' ? raw : inputJson;
}

/** The one object that the text is, or starts with where nothing but leftovers follows it. */
function objectIn(text: string): string | undefined {
  for (let from = 0; ;) {
    const end = objectEnd(text, from);
    if (end < 0) return undefined;
    const object = text.slice(from, end);
    if (!isObject(object)) return undefined;
    from = end;
    while (from < text.length && isSpace(text.charCodeAt(from))) from++;
    if (from === text.length) return object;
    if (text[from] !== '{') return parse(text.slice(from)) === undefined ? object : undefined;
    // A placeholder, then the real one: some upstreams stream `{}` before they know better.
    if (object.slice(1, -1).trim() !== '') return undefined;
  }
}

/** Behind the object that starts at `i`; -1 when none does, or it does not end. Grammar is not looked at. */
function objectEnd(text: string, i: number): number {
  if (text[i] !== '{') return -1;
  let depth = 0;
  for (; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22:
        for (i++; text.charCodeAt(i) !== 0x22; i++) {
          if (i >= text.length) return -1;
          if (text.charCodeAt(i) === 0x5c) i++;
        }
        break;
      case 0x7b:
      case 0x5b:
        if (++depth > MAX_DEPTH) return -1;
        break;
      case 0x7d:
      case 0x5d:
        if (--depth === 0) return i + 1;
    }
  }
  return -1;
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}

function isObject(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
