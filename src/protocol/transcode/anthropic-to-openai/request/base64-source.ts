import type { ApiError } from '../../../api-error.ts';
import type { JsonNode } from '../../../json/node.ts';
import { type JsonText, quote } from '../../../json/json-text.ts';
import { insideOf } from '../../../json/span.ts';

/** A `data:` URL around the client's own base64, which is copied and never decoded. */
export function dataUrl(mediaType: string, data: JsonNode): JsonText {
  return quote([`data:${mediaType};base64,`, insideOf(data)]);
}

/** The 400 for a source of a type that nobody knows. */
export function unknownSource(type: JsonNode, what: string): ApiError {
  return type.unsupported(
    `The ${what} source ${JSON.stringify(type.asString())} is not available on this model; send the ${what} itself, as base64`,
  );
}
