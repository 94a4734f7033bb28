import { ENDPOINTS } from '../../api/endpoints.ts';
import type { Shape } from '../../api/route.ts';

interface CurlInput {
  /** The data listener's address: `http://127.0.0.1:8787`. */
  readonly address: string;
  readonly shape: Shape;
  readonly body: string;
}

/** The same request for a shell. The key comes from the environment, so that none stands in its history. */
export function curlOf({ address, shape, body }: CurlInput): string {
  const headers =
    shape === 'openai'
      ? ['-H "Authorization: Bearer $TOKENHARBOR_KEY"']
      : ['-H "x-api-key: $TOKENHARBOR_KEY"', '-H "anthropic-version: 2023-06-01"'];
  const stream = /"stream": true/.test(body) ? ' -N' : '';
  return [
    `curl${stream} ${address}${ENDPOINTS[shape]}`,
    ...headers,
    '-H "Content-Type: application/json"',
    `-d '${body.replaceAll("'", `'\\''`)}'`,
  ].join(' \\\n  ');
}
