import { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import { imageType, isWebUrl, parseDataUrl } from '../../image-source.ts';
import { base64Block, type Block, textBlock, urlBlock } from './blocks.ts';
import { readCacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { readFile } from './files.ts';
import { isBlank, wordOf } from './string-literal.ts';

/** The blocks of a string or a list of parts. Blank texts, which the upstream refuses, are left out. */
export function readContent(content: JsonNode, context: Context): Block[] {
  if (content.kind === 'string') return isBlank(content) ? [] : [textBlock(content, content)];
  if (content.kind !== 'array') throw content.invalid(`must be a string or an array of parts, not ${content.kind}`);
  return content.elements.flatMap((part) => readPart(part, context) ?? []);
}

/** The same where the upstream takes nothing but text. */
export function readTextContent(content: JsonNode, context: Context): Block[] {
  if (content.kind === 'array') {
    for (const part of content.elements) {
      const type = partType(part);
      if (wordOf(type) !== 'text') throw type.unsupported('Only parts of the type "text" can stand in this message');
    }
  }
  return readContent(content, context);
}

/** The part's type, which it must have. */
export function partType(part: JsonNode): JsonNode {
  return part.asObject().require('type').expect('string');
}

function readPart(part: JsonNode, context: Context): Block | undefined {
  const type = partType(part);
  switch (wordOf(type)) {
    case 'text':
      return readTextPart(part, context);
    case 'image_url':
      return readImage(part, context);
    case 'file':
      return readFile(part, context);
    default:
      throw type.unsupported(
        `Parts of the type ${type.raw} cannot be sent to this model; it takes text, image_url and file`,
      );
  }
}

/** Undefined for a blank one. */
export function readTextPart(part: JsonNode, context: Context): Block | undefined {
  const text = part.require('text');
  return isBlank(text) ? undefined : textBlock(text, part, readCacheMark(part, context));
}

function readImage(part: JsonNode, context: Context): Block {
  const { images } = context.capabilities;
  if (images === 'none') throw part.unsupported('Images cannot be sent to this model');
  const image = part.require('image_url');
  const url = image.kind === 'string' ? image : image.asObject().require('url');
  const text = url.asString();
  const mark = readCacheMark(part, context);
  if (isWebUrl(text)) {
    if (images !== 'url') throw url.unsupported('This model fetches no images; send a data: URL');
    return urlBlock('image', url, part, mark);
  }
  const data = parseDataUrl(text);
  if (data?.isBase64 !== true) throw notAnImage(url);
  const mediaType = imageType(data.mediaType);
  if (mediaType === undefined) {
    throw url.unsupported('Images of this type cannot be sent to this model; it takes JPEG, PNG, GIF and WebP');
  }
  return base64Block('image', mediaType, data.data, part, mark);
}

/** Does not repeat the URL: it may be megabytes, and private. */
function notAnImage(url: JsonNode): ApiError {
  return new ApiError('invalid_value', `The member "${url.path}" must be an http(s) URL or a data: URL in base64`, {
    param: url.path,
  });
}
