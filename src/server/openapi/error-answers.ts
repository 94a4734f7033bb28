import { ERROR_CODES } from '../../protocol/error-codes.ts';
import type { Shape } from '../../protocol/shape.ts';
import { type DataErrorCode, ERROR_MEANINGS } from '../error-meanings.ts';

const SCHEMA: Readonly<Record<Shape, string>> = { openai: 'OpenAIError', anthropic: 'AnthropicError' };
const SHAPES: readonly Shape[] = ['openai', 'anthropic'];

/** The answers to what may go wrong, by status: one body for each shape that has a code there. */
export function errorAnswers(codes: readonly DataErrorCode[], shape: Shape | 'header'): Record<string, object> {
  const found = new Map<number, { codes: Set<DataErrorCode>; shapes: Set<Shape> }>();
  for (const code of codes) {
    for (const one of shape === 'header' ? SHAPES : [shape]) {
      const { status, anthropicStatus } = ERROR_CODES[code];
      const at = one === 'anthropic' ? anthropicStatus : status;
      const entry = found.get(at) ?? { codes: new Set(), shapes: new Set() };
      entry.codes.add(code);
      entry.shapes.add(one);
      found.set(at, entry);
    }
  }
  const byStatus = [...found].toSorted(([a], [b]) => a - b);
  return Object.fromEntries(byStatus.map(([status, entry]) => [status, answer([...entry.codes], [...entry.shapes])]));
}

function answer(codes: readonly DataErrorCode[], shapes: readonly Shape[]): object {
  const schemas = shapes.map((shape) => ({ $ref: `#/components/schemas/${SCHEMA[shape]}` }));
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_MEANINGS[code]}.`).join('\n\n'),
    content: { 'application/json': { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas } } },
  };
}
