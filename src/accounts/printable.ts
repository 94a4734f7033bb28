/** Controls, breaks of lines, halves of characters, and what turns the direction of whatever text stands behind it. */
const NOT_PRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text that people give to a thing shows as itself in a terminal, in a log and beside other text. */
export function isPrintable(text: string): boolean {
  return !NOT_PRINTABLE.test(text);
}
