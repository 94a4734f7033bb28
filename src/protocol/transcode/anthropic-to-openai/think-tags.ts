/** A piece of `content`, told apart. */
export interface TaggedText {
  readonly kind: 'text' | 'thinking';
  readonly text: string;
}

const TAGS = ['think', 'reasoning'];

/**
 * Tells reasoning from text for models that write both into `content`: `<think>…</think>` or
 * `<reasoning>…</reasoning>` at its very start, the tags cut anywhere.
 */
export class ThinkTags {
  /** `start`: the opening tag may still come; else the closing tag that is waited for, or `done`. */
  #state: 'start' | 'thinking' | 'done' = 'start';
  #closing = '';
  /** What may be the beginning of a tag. */
  #held = '';

  /** Nothing is looked for any more: all that comes is text. */
  get isDone(): boolean {
    return this.#state === 'done';
  }

  push(text: string): TaggedText[] {
    const pieces: TaggedText[] = [];
    let rest = this.#held + text;
    this.#held = '';
    if (this.#state === 'start') rest = this.#readOpening(rest);
    if (this.#state === 'thinking') rest = this.#readThinking(rest, pieces);
    if (this.#state === 'done' && rest !== '') pieces.push({ kind: 'text', text: rest });
    return pieces;
  }

  /** What was held back when nothing more comes. */
  end(): TaggedText[] {
    const text = this.#held;
    const kind = this.#state === 'thinking' ? 'thinking' : 'text';
    this.#held = '';
    this.#state = 'done';
    return text === '' ? [] : [{ kind, text }];
  }

  /** Behind the opening tag; all of the text where there is none, nothing while it is not certain. */
  #readOpening(text: string): string {
    const start = text.trimStart();
    for (const tag of TAGS) {
      const opening = `<${tag}>`;
      if (start.startsWith(opening)) {
        this.#state = 'thinking';
        this.#closing = `</${tag}>`;
        return start.slice(opening.length);
      }
      if (opening.startsWith(start)) {
        this.#held = text;
        return '';
      }
    }
    this.#state = 'done';
    return text;
  }

  /** Behind the closing tag, or nothing. */
  #readThinking(text: string, pieces: TaggedText[]): string {
    const at = text.indexOf(this.#closing);
    const end = at >= 0 ? at : text.length - partOfTag(text, this.#closing);
    if (end > 0) pieces.push({ kind: 'thinking', text: text.slice(0, end) });
    if (at < 0) {
      this.#held = text.slice(end);
      return '';
    }
    this.#state = 'done';
    return text.slice(at + this.#closing.length);
  }
}

/** How many characters at the end of the text may be the beginning of the tag. */
function partOfTag(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (tag.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
