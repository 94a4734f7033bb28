import type { RequestFacts } from '../request.ts';
import { type PromptTally, tallyPrompt } from './tally-prompt.ts';

/**
 * What vendors put around a request, measured on recordings: the template of a message, the instructions that come
 * with tools (Anthropic: 290 to 800 tokens, whatever the tools) and with a schema for the answer.
 */
const REQUEST_TOKENS = 40;
const MESSAGE_TOKENS = 12;
const TOOLS_TOKENS = 600;
const TOOL_TOKENS = 50;
const SCHEMA_TOKENS = 300;

/** English is about 4 bytes a token, JSON and code 3; an estimate that is too low overflows somebody's context. */
const BYTES_PER_TOKEN = 3;
/** Base64 and hexadecimal digits that are read as text. */
const DENSE_BYTES_PER_TOKEN = 1.2;
/** Encrypted reasoning counts as the text within it, where it counts at all. */
const SEALED_BYTES_PER_TOKEN = 5;

/** An image as large as most vendors take it without shrinking it. */
const IMAGE_TOKENS = 1800;
/** A page, which a model gets as its text and as an image. */
const DOCUMENT_TOKENS = 1800;
/** Of a PDF's base64; how many pages there are cannot be told from it. No vendor takes more than this of one. */
const DOCUMENT_BYTES_PER_TOKEN = 10;
const MAX_DOCUMENT_TOKENS = 300_000;
/** Compressed sound and film, by the vendor that counts the most for them. */
const CLIP_TOKENS = 300;
const CLIP_BYTES_PER_TOKEN = 300;

/** Parts of a request that a model reads, in either shape, and what the vendor adds to each by its elements. */
const READ_BY_MODEL: ReadonlyMap<string, (elements: number) => number> = new Map([
  ['system', () => 0],
  ['messages', (elements) => elements * MESSAGE_TOKENS],
  ['tools', tokensAroundTools],
  ['functions', tokensAroundTools],
  ['response_format', () => SCHEMA_TOKENS],
  ['output_config', () => SCHEMA_TOKENS],
  ['output_format', () => SCHEMA_TOKENS],
]);

/** A request's tokens, estimated. */
export interface TokenEstimate {
  /** Of texts, by their length: what a model's own vocabulary decides. */
  readonly text: number;
  /** Of everything else: images, documents, and what vendors put around messages and tools. */
  readonly other: number;
}

/**
 * Tokens of system, messages and tools of either shape, estimated from their bytes; errs upward. Text, thinking and
 * tool calls count by their length, images and documents by their number and size, wherever they stand. What a server
 * adds by itself (search results, fetched pages) cannot be foreseen and is not counted. Long texts, which the
 * scan has measured, cost next to nothing.
 */
export function estimatePrompt({ bytes, scan }: RequestFacts): TokenEstimate {
  let text = 0;
  let other = REQUEST_TOKENS;
  for (const { name, valueStart, valueEnd } of scan.members) {
    const around = READ_BY_MODEL.get(name);
    if (around === undefined || bytes[valueStart] === 0x6e) continue;
    const tally = tallyPrompt(bytes, valueStart, valueEnd, scan.longStrings);
    text += tokensOfText(tally);
    other += around(tally.elements) + tokensOfMedia(tally);
  }
  return { text, other };
}

/** Tokens of a plain text of that many bytes, estimated likewise. */
export function estimateTextTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

function tokensOfText({ textBytes, denseBytes }: PromptTally): number {
  return (textBytes - denseBytes) / BYTES_PER_TOKEN + denseBytes / DENSE_BYTES_PER_TOKEN;
}

function tokensOfMedia(tally: PromptTally): number {
  return (
    tally.images * IMAGE_TOKENS +
    tally.documents * DOCUMENT_TOKENS +
    Math.min(tally.documentBytes / DOCUMENT_BYTES_PER_TOKEN, tally.documents * MAX_DOCUMENT_TOKENS) +
    tally.clips * CLIP_TOKENS +
    tally.clipBytes / CLIP_BYTES_PER_TOKEN +
    tally.sealedBytes / SEALED_BYTES_PER_TOKEN
  );
}

function tokensAroundTools(elements: number): number {
  return elements === 0 ? 0 : TOOLS_TOKENS + elements * TOOL_TOKENS;
}
