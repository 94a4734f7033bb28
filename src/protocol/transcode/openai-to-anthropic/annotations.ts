import type { JsonNode } from '../../json/node.ts';
import type { AnswerPlan } from './answer-plan.ts';

/**
 * The pages an answer cites, as OpenAI's annotations. Anthropic cites per block of text, OpenAI per place in the whole:
 * an annotation covers the block that bears the citation. Other kinds of citation have no counterpart.
 */
export class Annotations {
  readonly #plan: AnswerPlan;
  readonly #done: string[] = [];
  #cited: { readonly url: string; readonly title: string }[] = [];

  constructor(plan: AnswerPlan) {
    this.#plan = plan;
  }

  /** A citation of the block that is being written. */
  add(citation: JsonNode): void {
    const url = citation.get('url');
    if (citation.get('type')?.value !== 'web_search_result_location' || url?.kind !== 'string') {
      this.#plan.warnings.add('dropped.citations');
      return;
    }
    const title = citation.get('title');
    this.#cited.push({ url: url.raw, title: title?.kind === 'string' ? title.raw : '""' });
  }

  /** The block has ended, and takes this place in the content, in UTF-16 units. */
  endBlock(start: number, end: number): void {
    for (const { url, title } of this.#cited) {
      const place = `"start_index":${start},"end_index":${end}`;
      this.#done.push(`{"type":"url_citation","url_citation":{${place},"url":${url},"title":${title}}}`);
    }
    this.#cited = [];
  }

  /** A JSON array; undefined when nothing was cited. */
  render(): string | undefined {
    return this.#done.length === 0 ? undefined : `[${this.#done.join(',')}]`;
  }
}

/** UTF-16 units of the text that `bytes[from, to)`, the inside of a string literal, stands for. */
export function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const c = bytes[i] as number;
    if (c === 0x5c) i += bytes[i + 1] === 0x75 ? 5 : 1;
    // Bytes within a character say nothing; one of four bytes is a pair of surrogates.
    else if (c >= 0x80 && c < 0xc0) continue;
    units += c >= 0xf0 ? 2 : 1;
  }
  return units;
}
