import { splitTokens } from './tokens.ts';

const TOKENS_PER_FRAGMENT = 3;

/** A text as a model streams it: a word at a time, each with the white space before it. */
export function splitWords(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** Tool arguments as a model streams them: a few tokens at a time, cut anywhere but inside a character. */
export function splitFragments(json: string): string[] {
  const tokens = splitTokens(json);
  const fragments: string[] = [];
  for (let i = 0; i < tokens.length; i += TOKENS_PER_FRAGMENT) {
    fragments.push(tokens.slice(i, i + TOKENS_PER_FRAGMENT).join(''));
  }
  return fragments;
}
