const decoder = new TextDecoder();

/** What a string holds. `clip`: sound or film; `sealed`: reasoning that its vendor encrypted. */
export type InlineKind = 'image' | 'document' | 'clip' | 'sealed' | 'text';

/** How media begin in base64. */
const BEGINNINGS: readonly (readonly [start: string, kind: InlineKind])[] = [
  ['iVBORw0KGgo', 'image'],
  ['/9j/', 'image'],
  ['R0lGOD', 'image'],
  ['JVBERi', 'document'],
  ['UklGR', 'clip'],
  ['SUQz', 'clip'],
  ['//', 'clip'],
  ['T2dnU', 'clip'],
  ['ZkxhQ', 'clip'],
  ['GkXfo', 'clip'],
  ['AAAA', 'clip'],
];

const MEDIA_TYPES: readonly (readonly [start: string, kind: InlineKind])[] = [
  ['data:image/', 'image'],
  ['data:application/pdf', 'document'],
  ['data:audio/', 'clip'],
  ['data:video/', 'clip'],
];

/**
 * What a long string is, by the name of its member and by how it begins, else by the kind of block it stands in: raw
 * sound and encrypted reasoning have no beginning of their own. `from` is behind its opening quote.
 */
export function inlineKindOf(name: string, bytes: Uint8Array, from: number, to: number, block: InlineKind): InlineKind {
  switch (name) {
    case 'signature':
    case 'thought_signature':
    case 'encrypted_content':
    case 'encrypted_index':
      return 'sealed';
    case 'data':
    case 'url':
    case 'file_data':
    case 'image_url':
      return kindOfData(decoder.decode(bytes.slice(from, Math.min(from + 64, to))).replaceAll('\\', ''), block);
    default:
      return 'text';
  }
}

function kindOfData(head: string, block: InlineKind): InlineKind {
  if (head.startsWith('data:')) return MEDIA_TYPES.find(([start]) => head.startsWith(start))?.[1] ?? 'text';
  if (!/^[A-Za-z0-9+/=_-]+$/.test(head)) return 'text';
  // A RIFF container: "EBP" of WEBP, else sound.
  if (head.startsWith('UklGR') && head.startsWith('RUJQ', 12)) return 'image';
  return (
    BEGINNINGS.find(([start]) => head.startsWith(start))?.[1] ??
    (block === 'clip' || block === 'sealed' ? block : 'text')
  );
}
