import type { JsonNode } from '../../../json/node.ts';
import { toolIdFor, unpackToolId } from '../../tool-ids.ts';
import { toArguments } from '../../tool-input.ts';
import type { Context } from './context.ts';
import { isEmptyString, type JsonText, objectOf, quote } from '../../../json/json-text.ts';
import { insideOf } from '../../../json/span.ts';

/** The id the upstream is given for a call, and for its result. */
export function upstreamToolId(id: string, { capabilities, ports }: Context): string {
  return toolIdFor(unpackToolId(id), capabilities, ports);
}

/** `signature`: what the upstream's model signed this call with, when it made it. */
export function writeCall(block: JsonNode, signature: string | undefined, context: Context): JsonText {
  const name = context.names.toUpstream(block.require('name').asString());
  const extra = signature === undefined ? undefined : JSON.stringify({ google: { thought_signature: signature } });
  return objectOf([
    ['id', JSON.stringify(upstreamToolId(block.require('id').asString(), context))],
    ['type', '"function"'],
    [
      'function',
      objectOf([
        ['name', JSON.stringify(name)],
        ['arguments', argumentsOf(block)],
      ]),
    ],
    ['extra_content', extra],
  ]);
}

/** The input's own text as a string. Clients that streamed an input without parsing it return it as one already. */
function argumentsOf(block: JsonNode): JsonText {
  const input = block.get('input');
  if (input === undefined) return '"{}"';
  if (input.kind === 'string') return isEmptyString(input) ? '"{}"' : quote(insideOf(input));
  return JSON.stringify(toArguments(input.asObject().raw));
}
