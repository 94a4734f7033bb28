export const SPACE = 0;
export const LETTER = 1;
export const CAPITAL = 2;
/** Each one is a word of its own, as are symbols. */
export const DIGIT = 3;
export const SYMBOL = 4;

/** What an ASCII character is. */
export const CLASS_OF_ASCII: Uint8Array = Uint8Array.from({ length: 128 }, (_, unit) => {
  if (unit <= 32 || unit === 127) return SPACE;
  if (unit >= 48 && unit <= 57) return DIGIT;
  if (unit >= 65 && unit <= 90) return CAPITAL;
  if (unit >= 97 && unit <= 122) return LETTER;
  return SYMBOL;
});

/**
 * Whether a UTF-16 unit belongs to a script that puts no spaces between words (Chinese, Japanese, Korean, Thai), is half
 * of a character beyond the basic plane, or is CJK punctuation.
 */
export function isIdeograph(unit: number): boolean {
  return (unit >= 0x2e80 && unit <= 0xdfff) || (unit >= 0x0e00 && unit <= 0x0eff) || (unit >= 0xf900 && unit <= 0xffef);
}
