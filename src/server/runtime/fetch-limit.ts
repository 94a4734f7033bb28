/** What Bun has under way at a time unless it is told otherwise when it starts. */
const BUN_DEFAULT = 256;

/** How many requests to upstreams the runtime has under way at a time; more of them wait in it, silently. */
export function fetchLimit(env: Readonly<Record<string, string | undefined>>): number {
  if (!('Bun' in globalThis)) return Number.POSITIVE_INFINITY;
  const limit = Number(env['BUN_CONFIG_MAX_HTTP_REQUESTS']);
  return limit > 0 ? limit : BUN_DEFAULT;
}
