import { Literal, literalOf, textOf } from '../../json/literal.ts';
import type { JsonNode } from '../../json/node.ts';
import { insideOf, type Span } from '../../json/span.ts';
import { isText, readContent } from '../../openai/content.ts';
import { findReasoning, reasoningMembers, reasoningTexts } from '../../openai/reasoning.ts';
import { ThinkTags } from './think-tags.ts';

/** What becomes one block of text or of thinking. */
export interface Piece {
  readonly kind: 'text' | 'thinking';
  readonly literal: Literal;
}

/** The reasoning and the text of a whole message, in order. White space alone is no piece: it goes before the next text. */
export function readPieces(message: JsonNode, reasoningOut: readonly string[]): Piece[] {
  const pieces = new Pieces();
  const reasoning = findReasoning(message, reasoningMembers(reasoningOut));
  for (const node of reasoning === undefined ? reasoningTexts(message) : [reasoning]) {
    pieces.add('thinking', insideOf(node));
  }
  const tags = reasoningOut.includes('think_tags') ? new ThinkTags() : undefined;
  for (const { kind, node } of readContent(message.get('content'))) {
    if (kind === 'json') pieces.add('text', literalOf(node.raw));
    else if (kind === 'thinking' || tags === undefined) pieces.add(kind, insideOf(node));
    else for (const piece of tags.push(textOf(insideOf(node)))) pieces.add(piece.kind, literalOf(piece.text));
  }
  for (const { kind, text } of tags?.end() ?? []) pieces.add(kind, literalOf(text));
  const refusal = message.get('refusal');
  if (refusal !== undefined && isText(refusal)) pieces.add('text', insideOf(refusal));
  return pieces.list;
}

class Pieces {
  readonly list: Piece[] = [];
  readonly #space = new Literal();

  add(kind: Piece['kind'], span: Span): void {
    let last = this.list.at(-1);
    if (last?.kind !== kind) {
      if (kind === 'text' && textOf(span).trim() === '') {
        this.#space.add(span);
        return;
      }
      this.list.push((last = { kind, literal: new Literal() }));
      if (kind === 'text') {
        last.literal.add(this.#space);
        this.#space.clear();
      }
    }
    last.literal.add(span);
  }
}
