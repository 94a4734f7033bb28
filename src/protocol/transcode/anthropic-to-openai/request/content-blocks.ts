import type { JsonNode } from '../../../json/node.ts';
import { cacheMark } from './cache-marks.ts';
import type { Context } from './context.ts';
import { readDocument } from './documents.ts';
import { readImage } from './images.ts';
import { type Part, textPart, textParts } from './openai-message.ts';
import { renderAsText } from './text-rendering.ts';

type BlockReader = (block: JsonNode, context: Context) => readonly Part[];

/** What a user, a system message or a tool's result may hold, and what becomes of it. */
const READERS: Readonly<Record<string, BlockReader>> = {
  text: readText,
  image: readImage,
  document: (block, context) => readDocument(block, context, (content) => readContent(content, READERS, context)),
  search_result: readAsText,
};

/** What only a tool's result may hold. */
const RESULT_READERS: Readonly<Record<string, BlockReader>> = {
  ...READERS,
  tool_reference: readAsText,
  browser_state: readAsText,
};

const SYSTEM_READERS: Readonly<Record<string, BlockReader>> = {
  text: readText,
  tool_addition: readToolAddition,
};

/** The parts of a string, or of a list of blocks. An empty text is nothing. */
function readContent(
  content: JsonNode,
  readers: Readonly<Record<string, BlockReader>>,
  context: Context,
): readonly Part[] {
  if (content.kind === 'string') return textParts(content, content.path);
  return content.asArray().flatMap((block) => readBlock(block, readers, context));
}

function readBlock(block: JsonNode, readers: Readonly<Record<string, BlockReader>>, context: Context): readonly Part[] {
  const type = block.asObject().require('type');
  const name = type.asString();
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader === undefined) {
    throw type.unsupported(`A block of the type ${JSON.stringify(name)} is not available here on this model`);
  }
  return reader(block, context);
}

export function readUserBlock(block: JsonNode, context: Context): readonly Part[] {
  return readBlock(block, READERS, context);
}

export function readResultContent(content: JsonNode, context: Context): readonly Part[] {
  return readContent(content, RESULT_READERS, context);
}

export function readSystemContent(content: JsonNode, context: Context): readonly Part[] {
  return readContent(content, SYSTEM_READERS, context);
}

export function readSystemBlock(block: JsonNode, context: Context): readonly Part[] {
  return readBlock(block, SYSTEM_READERS, context);
}

export function readText(block: JsonNode, context: Context): readonly Part[] {
  return textParts(block.require('text'), block.path, cacheMark(block, context));
}

function readAsText(block: JsonNode, context: Context): readonly Part[] {
  const text = renderAsText(block, context);
  context.warnings.add(`approx.${block.require('type').asString()}`, block.path);
  return text === undefined ? [] : [textPart(text, block.path, cacheMark(block, context))];
}

/** Shows the model one of `tools` from here on. Here all of them are shown from the start. */
function readToolAddition(block: JsonNode, { names, warnings }: Context): readonly Part[] {
  const tool = block.require('tool');
  const name = tool.asObject().get('name')?.stringOrUndefined;
  if (tool.get('type')?.value !== 'tool_reference' || name === undefined || !names.has(name)) {
    throw tool.unsupported('Only tools that are among "tools" can be added on this model');
  }
  warnings.add('approx.tool_addition', block.path);
  return [];
}
