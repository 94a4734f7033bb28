import { BLANK_LINE, type Part } from './openai-message.ts';

/** The texts of a turn as one: side by side as they were, with blank lines around what stands in for other blocks. */
export class TextRun {
  readonly parts: Part[] = [];
  #afterRendered = false;

  add(part: Part, rendered: boolean): void {
    const last = this.parts.at(-1);
    const apart = last !== undefined && (rendered || this.#afterRendered) ? BLANK_LINE : '';
    this.#afterRendered = rendered;
    // Where the client ended a cached prefix, the text has to end too.
    if (last === undefined || last.mark !== undefined) this.parts.push({ ...part, value: [apart, part.value] });
    else this.parts[this.parts.length - 1] = { ...last, value: [last.value, apart, part.value], mark: part.mark };
  }
}
