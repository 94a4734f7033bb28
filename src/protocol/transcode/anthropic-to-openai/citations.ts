import type { JsonNode } from '../../json/node.ts';

/** A place in the text that a source stands behind, in UTF-16 units. */
interface Cited {
  readonly start: number;
  readonly end: number;
}

/**
 * Sources as citations. `text`: the text they belong to; undefined where it has passed by, and what was cited is told
 * only where the upstream repeats it.
 */
export function citationsOf(annotations: readonly JsonNode[], text: string | undefined): string[] {
  return annotations.flatMap((annotation) => {
    const source = annotation.get('url_citation') ?? annotation;
    const url = source.get('url')?.stringOrUndefined;
    if (url === undefined) return [];
    const { start, end } = { start: offsetOf(source, 'start_index'), end: offsetOf(source, 'end_index') } as Cited;
    return JSON.stringify({
      type: 'web_search_result_location',
      url,
      title: source.get('title')?.stringOrUndefined ?? null,
      cited_text: text?.slice(start, end) || (source.get('content')?.stringOrUndefined ?? ''),
      encrypted_index: '',
    });
  });
}

function offsetOf(source: JsonNode, name: string): number {
  const value = source.get(name)?.value;
  return typeof value === 'number' && value > 0 ? value : 0;
}
