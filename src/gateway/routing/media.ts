import { findMember, type ObjectScan } from '../../protocol/json/scan.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import { blocksOf, objectAt, wordOf } from './prompt-parts.ts';

/** What a block shows, beside text. */
export type Medium = 'image' | 'pdf';

/** Which media stand in a request, as blocks of its messages or of their tool results. */
export interface Media {
  readonly images: boolean;
  readonly pdf: boolean;
}

const NONE: Media = { images: false, pdf: false };

/** How the types of blocks begin that may hold a medium. */
const TYPES = ['"image', '"document"', '"file"'];

const QUOTE = 0x22;
const COLON = 0x3a;

/** A native search, unless a `type` of that name stands somewhere; then every block is looked at. */
export function mediaOf(facts: RequestFacts): Media {
  const body = Buffer.from(facts.bytes.buffer, facts.bytes.byteOffset, facts.bytes.length);
  if (!TYPES.some((type) => isNamedAsType(body, type))) return NONE;
  let images = false;
  let pdf = false;
  for (const block of blocksOf(facts)) {
    const medium = mediumOf(facts.bytes, block);
    if (medium === 'image') images = true;
    else if (medium === 'pdf') pdf = true;
  }
  return { images, pdf };
}

/** What the block shows; undefined for text and everything else. */
export function mediumOf(bytes: Uint8Array, block: ObjectScan): Medium | undefined {
  const type = wordOf(bytes, block, 'type');
  if (type === 'image' || type === 'image_url') return 'image';
  if (type === 'file') return 'pdf';
  if (type !== 'document') return undefined;
  const source = findMember(block, 'source');
  const scan = source && objectAt(bytes, [source.valueStart, source.valueEnd]);
  const kind = wordOf(bytes, scan, 'type');
  // Texts and blocks of text cross as such; what is fetched or sent along is a PDF.
  const isPdf = kind === 'url' || (kind === 'base64' && wordOf(bytes, scan, 'media_type') !== 'text/plain');
  return isPdf ? 'pdf' : undefined;
}

/** Whether the word stands as the value of a member `type`: as a name, or within a text, it tells nothing. */
function isNamedAsType(body: Buffer, word: string): boolean {
  for (let at = body.indexOf(word); at >= 0; at = body.indexOf(word, at + word.length)) {
    let i = beforeSpace(body, at - 1);
    if (body[i] !== COLON) continue;
    i = beforeSpace(body, i - 1);
    if (body[i] === QUOTE && body.toString('latin1', i - 5, i) === '"type') return true;
  }
  return false;
}

function beforeSpace(bytes: Uint8Array, i: number): number {
  while (i >= 0 && (bytes[i] as number) <= 0x20) i--;
  return i;
}
