import type { JsonNode } from '../../../json/node.ts';
import { PDF_TYPE } from '../../image-source.ts';
import { dataUrl, unknownSource } from './base64-source.ts';
import { cacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { isEmptyString, objectOf } from '../../../json/json-text.ts';
import { type Part, textParts } from './openai-message.ts';

/** `readInner` reads the blocks a document may be made of. */
export function readDocument(
  block: JsonNode,
  context: Context,
  readInner: (content: JsonNode) => readonly Part[],
): readonly Part[] {
  const source = block.require('source').asObject();
  const type = source.require('type');
  switch (type.asString()) {
    case 'base64':
      return [readPdf(block, source, context)];
    case 'text': {
      warnOfLabels(block, ['title', 'context', 'citations'], context);
      const data = source.require('data').expect('string');
      return textParts(data, block.path, cacheMark(block, context));
    }
    case 'content': {
      warnOfLabels(block, ['title', 'context', 'citations'], context);
      const parts = readInner(source.require('content'));
      const mark = cacheMark(block, context);
      return parts.map((part, i) => (i === parts.length - 1 && mark !== undefined ? { ...part, mark } : part));
    }
    default:
      throw unknownSource(type, 'document');
  }
}

function readPdf(block: JsonNode, source: JsonNode, context: Context): Part {
  const media = source.require('media_type');
  if (media.asString() !== PDF_TYPE) throw media.invalid(`must be ${PDF_TYPE}`);
  if (!context.capabilities.pdf) throw block.unsupported('PDF documents are not available on this model');
  warnOfLabels(block, ['context', 'citations'], context);
  const title = block.get('title')?.expect('string');
  const value = objectOf([
    ['filename', title === undefined || isEmptyString(title) ? '"document.pdf"' : title],
    ['file_data', dataUrl(PDF_TYPE, source.require('data'))],
  ]);
  return { type: 'file', value, mark: cacheMark(block, context), from: block.path };
}

/** What is said about a document beside its text, for which a text part has no place. */
function warnOfLabels(block: JsonNode, labels: readonly string[], { warnings }: Context): void {
  for (const label of labels) {
    const node = block.get(label);
    const isOff = label === 'citations' && node?.get('enabled')?.value !== true;
    if (node !== undefined && !isOff) warnings.add(`dropped.${label}`, node.path);
  }
}
