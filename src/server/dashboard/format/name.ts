/** `cache_read` → `Cache read`: what the API calls a thing, for reading. */
export function formatName(name: string): string {
  const text = name.replace(/[_-]+/g, ' ').trim();
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
