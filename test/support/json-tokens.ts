/**
 * A small reader of JSON text, written for the tests alone and in another way than the gateway's own (regular
 * expressions over text, recursion), so that one mistake does not sit on both sides of a comparison.
 */

export interface RawMember {
  /** The name, escapes decoded. */
  readonly name: string;
  /** The name, the colon and the value exactly as written. */
  readonly raw: string;
  /** Only the value, exactly as written. */
  readonly value: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface RawObject {
  readonly members: readonly RawMember[];
  /** Everything between members (braces, commas, white space): one more than there are members. */
  readonly gaps: readonly string[];
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const SCALAR = /[^\s,\]}]+/y;

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found === null) throw new Error(`unexpected ${JSON.stringify(text.slice(at, at + 20))} at ${at}`);
  return at + found[0].length;
}

/** End of the value that starts at `at`. */
function endOfValue(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return match(STRING, text, at);
  if (first !== '{' && first !== '[') return match(SCALAR, text, at);
  const close = first === '{' ? '}' : ']';
  let i = match(SPACE, text, at + 1);
  if (text[i] === close) return i + 1;
  for (;;) {
    if (close === '}') {
      i = match(SPACE, text, match(STRING, text, i));
      if (text[i] !== ':') throw new Error(`no colon at ${i}`);
      i = match(SPACE, text, i + 1);
    }
    i = match(SPACE, text, endOfValue(text, i));
    if (text[i] === close) return i + 1;
    if (text[i] !== ',') throw new Error(`no comma at ${i}`);
    i = match(SPACE, text, i + 1);
  }
}

/** Takes a JSON object apart. `text` may be latin1-decoded bytes: nothing here looks beyond ASCII. */
export function takeApart(text: string): RawObject {
  const members: RawMember[] = [];
  const gaps: string[] = [];
  let i = match(SPACE, text, 0);
  if (text[i] !== '{') throw new Error('not an object');
  let gapStart = 0;
  i = match(SPACE, text, i + 1);
  while (text[i] !== '}') {
    gaps.push(text.slice(gapStart, i));
    const start = i;
    const nameEnd = match(STRING, text, i);
    i = match(SPACE, text, nameEnd);
    if (text[i] !== ':') throw new Error(`no colon at ${i}`);
    const valueStart = match(SPACE, text, i + 1);
    const valueEnd = endOfValue(text, valueStart);
    members.push({
      name: JSON.parse(text.slice(start, nameEnd)) as string,
      raw: text.slice(start, valueEnd),
      value: text.slice(valueStart, valueEnd),
      valueStart,
      valueEnd,
    });
    gapStart = valueEnd;
    i = match(SPACE, text, valueEnd);
    if (text[i] === ',') i = match(SPACE, text, i + 1);
    else if (text[i] !== '}') throw new Error(`no comma at ${i}`);
  }
  const end = match(SPACE, text, i + 1);
  if (end !== text.length) throw new Error(`text behind the object at ${end}`);
  gaps.push(text.slice(gapStart));
  return { members, gaps };
}
