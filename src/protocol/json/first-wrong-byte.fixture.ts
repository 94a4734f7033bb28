/**
 * Where a text stops being the start of any JSON object: an automaton that takes one byte at a time, written for the
 * tests alone and unlike the scanner, so that one mistake does not sit on both sides of a comparison.
 */

type State =
  | 'value'
  | 'element'
  | 'first-element'
  | 'name'
  | 'first-name'
  | 'colon'
  | 'after'
  | 'end'
  | 'string'
  | 'escape'
  | 'hex'
  | 'literal'
  | 'minus'
  | 'zero'
  | 'digits'
  | 'point'
  | 'fraction'
  | 'e'
  | 'sign'
  | 'exponent';

const SPACE = ' \t\n\r';
/** Where a number may end. */
const NUMBER_ENDS = new Set<State>(['zero', 'digits', 'fraction', 'exponent']);

/** Undefined: the text is a whole object. Else the offset of the first wrong byte, the length if the text is cut. */
export function firstWrongByte(bytes: Uint8Array): number | undefined {
  const open: string[] = [];
  let state: State = 'value';
  let rest = '';
  let hexLeft = 0;
  let isName = false;

  /** The next state, undefined when the byte cannot stand there. */
  const step = (c: string): State | undefined => {
    switch (state) {
      case 'string':
        if (c === '"') return isName ? 'colon' : valueEnded();
        if (c === '\\') return 'escape';
        return c < ' ' ? undefined : 'string';
      case 'escape':
        if (c === 'u') hexLeft = 4;
        return c === 'u' ? 'hex' : '"\\/bfnrt'.includes(c) ? 'string' : undefined;
      case 'hex':
        if (!/[0-9a-fA-F]/.test(c)) return undefined;
        return --hexLeft === 0 ? 'string' : 'hex';
      case 'literal':
        if (c !== rest[0]) return undefined;
        rest = rest.slice(1);
        return rest === '' ? valueEnded() : 'literal';
      case 'minus':
        return c === '0' ? 'zero' : /[1-9]/.test(c) ? 'digits' : undefined;
      case 'point':
      case 'fraction':
        if (/[0-9]/.test(c)) return 'fraction';
        return state === 'fraction' ? afterNumber(c, true, false) : undefined;
      case 'e':
        if (c === '+' || c === '-') return 'sign';
        return /[0-9]/.test(c) ? 'exponent' : undefined;
      case 'sign':
      case 'exponent':
        if (/[0-9]/.test(c)) return 'exponent';
        return state === 'exponent' ? afterNumber(c, false, false) : undefined;
      case 'zero':
        return afterNumber(c, true, true);
      case 'digits':
        return /[0-9]/.test(c) ? 'digits' : afterNumber(c, true, true);
      default:
        return SPACE.includes(c) ? state : structure(c);
    }
  };

  const afterNumber = (c: string, mayExponent: boolean, mayPoint: boolean): State | undefined => {
    if (mayPoint && c === '.') return 'point';
    if (mayExponent && (c === 'e' || c === 'E')) return 'e';
    state = valueEnded();
    return SPACE.includes(c) ? state : structure(c);
  };

  const valueEnded = (): State => (open.length === 0 ? 'end' : 'after');

  const structure = (c: string): State | undefined => {
    const inside = open.at(-1);
    if (state === 'end') return undefined;
    if (state === 'colon') return c === ':' ? 'value' : undefined;
    if (state === 'after') {
      if (c === ',') return inside === '{' ? 'name' : 'element';
      return close(c, inside);
    }
    if (state === 'name' || state === 'first-name') {
      isName = true;
      if (c === '"') return 'string';
      return state === 'first-name' ? close(c, inside) : undefined;
    }
    if (open.length === 0 && c !== '{') return undefined;
    if (state === 'first-element' && c === ']') return close(c, inside);
    isName = false;
    if (c === '"') return 'string';
    if (c === '{' || c === '[') {
      open.push(c);
      return c === '{' ? 'first-name' : 'first-element';
    }
    if (c === '-') return 'minus';
    if (c === '0') return 'zero';
    if (/[1-9]/.test(c)) return 'digits';
    const literal = ['true', 'false', 'null'].find((word) => word.startsWith(c));
    if (literal === undefined) return undefined;
    rest = literal.slice(1);
    return 'literal';
  };

  const close = (c: string, inside: string | undefined): State | undefined => {
    if (c !== (inside === '{' ? '}' : ']')) return undefined;
    open.pop();
    return valueEnded();
  };

  for (let i = 0; i < bytes.length; i++) {
    const next = step(String.fromCharCode(bytes[i] as number));
    if (next === undefined) return i;
    state = next;
  }
  return state === 'end' || (open.length === 0 && NUMBER_ENDS.has(state)) ? undefined : bytes.length;
}
