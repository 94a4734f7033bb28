/** The kinds of images Anthropic's shape takes as bytes. */
const IMAGE_TYPES: ReadonlyMap<string, ImageType> = new Map<string, ImageType>([
  ['image/jpeg', 'image/jpeg'],
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/x-png', 'image/png'],
  ['image/gif', 'image/gif'],
  ['image/webp', 'image/webp'],
]);

/** The media types of images that both shapes take. */
export type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

/** The media type of the documents that both shapes take. */
export const PDF_TYPE = 'application/pdf';

/** The registered name of an image's media type (`image/jpg` is none); undefined for a kind that is not taken. */
export function imageType(mediaType: string): ImageType | undefined {
  return IMAGE_TYPES.get(mediaType.trim().toLowerCase());
}

/** What a `data:` URL holds. */
export interface DataUrl {
  /** Lower case, without parameters; `text/plain` where the URL names none. */
  readonly mediaType: string;
  /** Lower case; undefined where the URL names none. */
  readonly charset: string | undefined;
  /** Whether `data` is base64 (else percent-encoded). */
  readonly isBase64: boolean;
  /** As it stands in the URL; in base64 without the white space some clients break it with. */
  readonly data: string;
}

/** No media type with its parameters is longer; bounds the search for the comma in megabytes of something else. */
const MAX_HEAD = 512;

const NOT_BASE64 = /[^A-Za-z0-9+/=]/;
const URL_SAFE = /[-_]/;

/** Undefined for anything but a well-formed `data:` URL: a wrong head, or characters base64 does not have. */
export function parseDataUrl(url: string): DataUrl | undefined {
  if (!/^\s*data:/i.test(url.slice(0, 64))) return undefined;
  const start = url.indexOf(':') + 1;
  const comma = url.slice(0, MAX_HEAD).indexOf(',');
  if (comma < 0) return undefined;
  const [mediaType = '', ...parameters] = url
    .slice(start, comma)
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const isBase64 = parameters.includes('base64');
  const data = isBase64 ? toBase64(url.slice(comma + 1)) : url.slice(comma + 1);
  if (data === undefined) return undefined;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return { mediaType: mediaType === '' ? 'text/plain' : mediaType, charset, isBase64, data };
}

/** Plain base64 without white space, in the alphabet every vendor takes; undefined for anything else, and for nothing. */
export function toBase64(text: string): string | undefined {
  if (text === '') return undefined;
  if (!NOT_BASE64.test(text)) return text;
  let data = text.replaceAll(/\s+/g, '');
  if (data.includes('%')) data = decodePercent(data) ?? '';
  if (URL_SAFE.test(data)) data = data.replaceAll('-', '+').replaceAll('_', '/');
  return data === '' || NOT_BASE64.test(data) ? undefined : data;
}

/** The text of a data URL; undefined where it is not in the encoding it says it is in. */
export function decodeText({ charset = 'utf-8', isBase64, data }: DataUrl): string | undefined {
  if (!isBase64) return decodePercent(data);
  try {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    return new TextDecoder(charset as 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Whether a server could fetch it: `http:` or `https:`. */
export function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
