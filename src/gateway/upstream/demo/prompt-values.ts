/** Hands out the values a prompt names, each once and in the order they stand there. */
export class PromptValues {
  readonly #text: string;
  readonly #quoted: string[];
  readonly #names: string[];
  readonly #numbers: number[];

  constructor(prompt: string) {
    // Long prompts are documents: what is asked stands near one of the ends.
    const text = prompt.length <= 4000 ? prompt : `${prompt.slice(0, 2000)}\n${prompt.slice(-2000)}`;
    this.#text = text;
    this.#quoted = [...text.matchAll(/"([^"\n]{1,200})"|(?<![\p{L}\p{N}])'([^'\n]{1,200})'/gu)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    // A capitalised word that does not begin a sentence is likely a proper name.
    this.#names = text.match(/(?<=[\p{L}\p{N},;:)] )\p{Lu}\p{L}+(?: \p{Lu}\p{L}+)*/gu) ?? [];
    this.#numbers = (text.match(/(?<![\p{L}\p{N}_.])-?\d{1,15}(?:\.\d{1,15})?(?![\p{L}\p{N}_])/gu) ?? []).map(Number);
  }

  /** For the property `key`: what stands behind `key:` or `key=`, a quotation, a proper name, or the prompt's start. */
  takeString(key: string): string {
    const labelled = this.#labelled(key);
    if (labelled !== undefined) return labelled;
    return this.#quoted.shift() ?? this.#names.shift() ?? (quoteStart(this.#text, 8) || 'demo');
  }

  /** The first number not yet taken that `fits`. */
  takeNumber(fits: (value: number) => boolean): number | undefined {
    const i = this.#numbers.findIndex(fits);
    return i < 0 ? undefined : this.#numbers.splice(i, 1)[0];
  }

  mentions(value: string): boolean {
    return mentionIndex(this.#text, value) >= 0;
  }

  #labelled(key: string): string | undefined {
    const name = key.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const found = new RegExp(`(?<![\\p{L}\\p{N}_])${name} ?[:=] ?(?:"([^"\\n]+)"|([\\p{L}\\p{N}_./@-]+))`, 'iu').exec(
      this.#text,
    );
    return found?.[1] ?? found?.[2]?.replace(/[./-]$/, '');
  }
}

/** Where `word` stands in `text` as a whole word, or -1. A hyphen belongs to the word, as it may to a tool's name. */
export function mentionIndex(text: string, word: string): number {
  if (word === '') return -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text.slice(Math.max(0, at - 1), at);
    const after = text.slice(at + word.length, at + word.length + 1);
    if (!/[\p{L}\p{N}_-]/u.test(before) && !/[\p{L}\p{N}_-]/u.test(after)) return at;
  }
  return -1;
}

/** The first `words` words on one line, at most 80 characters, with an ellipsis where more follows. */
export function quoteStart(text: string, words: number): string {
  const found = text.slice(0, 400).match(/\S+/g) ?? [];
  const start = [...found.slice(0, words).join(' ')];
  const cut = start.length > 80 || found.length > words || text.length > 400;
  return start.slice(0, 80).join('') + (cut ? '...' : '');
}
