import { ContentBlock } from '../../anthropic/content-block.ts';
import { isThinking } from './reasoning.ts';

/**
 * The blocks of an answer as the upstream wrote them, for a client that will return the turn without its thinking.
 * Kept from the first thinking on, and not at all for an answer without any: most have none, and a copy of a text
 * costs as much as its way to the client.
 */
export class StreamTurn {
  #blocks: ContentBlock[] | undefined;
  /** Nothing came before the first thinking. */
  #isWhole = true;

  /** `outputBytes`: what the answer's texts and inputs amounted to before this block. */
  open(type: string, head: () => Uint8Array, outputBytes: number): ContentBlock | undefined {
    if (this.#blocks === undefined) {
      if (!isThinking(type)) {
        // A text that stays empty is nothing that could be missed.
        this.#isWhole &&= type === 'text';
        return undefined;
      }
      this.#blocks = [];
      this.#isWhole &&= outputBytes === 0;
    }
    const block = new ContentBlock(head());
    this.#blocks.push(block);
    return block;
  }

  /** The blocks from the first thinking on, as JSON. To be called once, at the end. */
  render(): { readonly blocks: readonly string[]; readonly isWhole: boolean } {
    return { blocks: this.#blocks?.map((block) => block.render()) ?? [], isWhole: this.#isWhole };
  }
}
