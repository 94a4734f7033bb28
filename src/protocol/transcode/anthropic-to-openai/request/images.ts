import type { JsonNode } from '../../../json/node.ts';
import { imageType, isWebUrl } from '../../image-source.ts';
import { dataUrl, unknownSource } from './base64-source.ts';
import { cacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { type JsonText, objectOf } from '../../../json/json-text.ts';
import type { Part } from './openai-message.ts';

export function readImage(block: JsonNode, context: Context): readonly Part[] {
  const { images } = context.capabilities;
  if (images === 'none') throw block.unsupported('Images are not available on this model');
  const source = block.require('source').asObject();
  const type = source.require('type');
  const url = (value: JsonText): readonly Part[] => [
    { type: 'image_url', value: objectOf([['url', value]]), mark: cacheMark(block, context), from: block.path },
  ];
  switch (type.asString()) {
    case 'base64': {
      const media = source.require('media_type');
      const known = imageType(media.asString());
      if (known === undefined) throw media.invalid('must be image/jpeg, image/png, image/gif or image/webp');
      return url(dataUrl(known, source.require('data')));
    }
    case 'url': {
      const address = source.require('url');
      if (images === 'b64' && isWebUrl(address.asString())) {
        throw address.unsupported(
          'This model takes images as base64 only, and nothing is fetched on behalf of a client',
        );
      }
      return url(address);
    }
    default:
      throw unknownSource(type, 'image');
  }
}
