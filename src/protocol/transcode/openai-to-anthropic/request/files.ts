import type { JsonNode } from '../../../json/node.ts';
import { type DataUrl, decodeText, imageType, isWebUrl, parseDataUrl, PDF_TYPE, toBase64 } from '../../image-source.ts';
import { base64Block, type Block, urlBlock } from './blocks.ts';
import { type CacheMark, readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';

/** `%PDF-` in base64: some clients send a file's bytes without the head of a data URL. */
const PDF_BASE64 = 'JVBERi';

/** A part of the type `file` as a document: a PDF, or a text in the clear. */
export function readFile(part: JsonNode, context: Context): Block {
  const { capabilities } = context;
  const file = part.require('file').asObject();
  const id = file.get('file_id');
  if (id !== undefined) {
    throw id.unsupported('A file uploaded to another vendor cannot be had on this model; send its bytes as file_data');
  }
  const node = file.require('file_data');
  const text = node.asString();
  const mark = readCacheMark(part, context);
  if (isWebUrl(text)) {
    if (!capabilities.pdf || capabilities.images !== 'url') throw node.unsupported('This model fetches no documents');
    return withTitle(urlBlock('document', node, part, mark), file);
  }
  const data = parseDataUrl(text) ?? barePdf(text);
  if (data === undefined) throw node.invalid('must be a data: URL in base64');
  if (data.mediaType.startsWith('text/')) return withTitle(textDocument(data, node, part, mark), file);
  if (data.mediaType === PDF_TYPE && data.isBase64) {
    if (!capabilities.pdf) throw node.unsupported('PDF documents cannot be sent to this model');
    return withTitle(base64Block('document', PDF_TYPE, data.data, part, mark), file);
  }
  const type = data.isBase64 ? imageType(data.mediaType) : undefined;
  if (type !== undefined && capabilities.images !== 'none') return base64Block('image', type, data.data, part, mark);
  throw node.unsupported('Files of this type cannot be sent to this model; it takes PDF, text and images');
}

function barePdf(text: string): DataUrl | undefined {
  const data = text.startsWith(PDF_BASE64) ? toBase64(text) : undefined;
  return data === undefined ? undefined : { mediaType: PDF_TYPE, charset: undefined, isBase64: true, data };
}

function textDocument(data: DataUrl, node: JsonNode, origin: JsonNode, mark: CacheMark | undefined): Block {
  const text = decodeText(data);
  if (text === undefined) throw node.invalid('is no text in the encoding it names');
  if (text.trim() === '') throw node.invalid('holds an empty document');
  const source = `{"type":"text","media_type":"text/plain","data":${JSON.stringify(text)}}`;
  return { type: 'document', open: `{"type":"document","source":${source}`, origin, mark };
}

function withTitle(block: Block, file: JsonNode): Block {
  const name = file.get('filename')?.expect('string');
  if (name === undefined || name.asString() === '') return block;
  return { ...block, open: [block.open, ',"title":', name] };
}
