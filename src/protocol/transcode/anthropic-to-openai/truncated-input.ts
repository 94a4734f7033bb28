/** A text but for its closing quote, and a number or a word. */
const TEXT = String.raw`"[^"\\]*(?:\\.[^"\\]*)*`;
const WORD = String.raw`[-+.\w]*`;
/** The beginning of a member or of an element: a name, a colon, a text or a word, each perhaps cut. */
const HALF_MEMBER = new RegExp(String.raw`^,?\s*(?:${TEXT}(?:\\?$|"\s*(?:$|:\s*(?:${TEXT}\\?$|${WORD}$)))|${WORD}$)`);

/**
 * The object that an input was when it was cut off: without the member it was cut in, or with a shorter text in it.
 * Undefined for what is not the start of an object.
 */
export function closeTruncated(text: string): string | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return undefined;
  const { open, inString, lastCut, openAtCut } = readNesting(trimmed);
  const shortened = trimmed + (inString ? '"' : '') + closersOf(open);
  if (isJson(shortened)) return shortened;
  if (!HALF_MEMBER.test(trimmed.slice(lastCut))) return undefined;
  const without = trimmed.slice(0, lastCut) + closersOf(openAtCut);
  return isJson(without) ? without : undefined;
}

interface Nesting {
  /** Opening brackets that nothing closes. */
  readonly open: string;
  readonly inString: boolean;
  /** Before the last comma, or behind the last opening bracket: what follows is a member that may not be whole. */
  readonly lastCut: number;
  readonly openAtCut: string;
}

function readNesting(text: string): Nesting {
  let open = '';
  let lastCut = 0;
  let openAtCut = '';
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      open += c;
      lastCut = i + 1;
      openAtCut = open;
    } else if (c === '}' || c === ']') open = open.slice(0, -1);
    else if (c === ',') {
      lastCut = i;
      openAtCut = open;
    }
  }
  return { open, inString, lastCut, openAtCut };
}

function closersOf(open: string): string {
  return [...open]
    .reverse()
    .map((c) => (c === '{' ? '}' : ']'))
    .join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
