/**
 * The demo model's tokenizer, left to right: a character of an East Asian script is one token; a run of letters,
 * digits and underscores is one token for every six begun, taking one leading space along; any other visible
 * character is one token, with one leading space likewise; a run of white space left over is one token.
 * The tokens of a text join up to the text again.
 */
const TOKEN =
  / ?[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]| ?[\p{L}\p{N}_]{1,6}| ?[^\s\p{L}\p{N}_]|\s+/gu;

export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** As many as `splitTokens` gives, without building them: a prompt may have megabytes. */
export function countTokens(text: string): number {
  const token = new RegExp(TOKEN);
  let count = 0;
  while (token.test(text)) count++;
  return count;
}
