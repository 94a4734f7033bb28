import type { Capabilities } from './capabilities.ts';
import type { CrossingPorts } from './ports.ts';

const MARK = 'thx_';
const LEGAL = /^[A-Za-z0-9_-]+$/;

/** An id as Anthropic's shape allows it. Ids that it forbids (`functions.read:0`) are packed so that they can be had back. */
export function packToolId(id: string): string {
  return LEGAL.test(id) && !id.startsWith(MARK) ? id : MARK + toBase64Url(id);
}

/** The id that was packed; any other id as it is. */
export function unpackToolId(id: string): string {
  if (!id.startsWith(MARK)) return id;
  const unpacked = fromBase64Url(id.slice(MARK.length));
  return unpacked !== undefined && packToolId(unpacked) === id ? unpacked : id;
}

/**
 * The id an upstream is given for a tool call and its result. Most take any; where it is too long or of the wrong kind,
 * one of the right kind is derived from it, the same one each time, so that a call and its result stay a pair.
 */
export function toolIdFor(id: string, capabilities: Capabilities, { sha256 }: CrossingPorts): string {
  switch (capabilities.toolId) {
    case 'anthropic':
      return fit(packToolId(id), capabilities.toolIdMax, sha256);
    case 'mistral9':
      return /^[A-Za-z0-9]{9}$/.test(id) ? id : sha256(id).slice(0, 9);
    case 'any':
      return fit(id, capabilities.toolIdMax, sha256);
  }
}

function fit(id: string, max: number, sha256: (text: string) => string): string {
  return id.length <= max ? id : `call_${sha256(id).slice(0, Math.min(32, max - 5))}`;
}

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): string | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(binary, (c) => c.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}
