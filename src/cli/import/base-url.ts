import { checkKind } from '../../config/kinds.ts';

/** The parts of an address that are ours to add, wherever a gateway has them written. */
const ENDPOINT = /\/(?:v1\/messages|chat\/completions|messages|completions|responses)$/;

/**
 * An address as our file takes it: without an endpoint, and with `path` at its end where the other gateway adds that
 * part by itself. `${NAME}` may stand for its beginning.
 */
export function carryBaseUrl(given: string, shape: 'openai' | 'anthropic', path: string): string {
  const bare = given
    .trim()
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(ENDPOINT, '');
  if (shape === 'anthropic') return bare.replace(/\/v1$/, '');
  if (path === '' || bare.endsWith(path)) return bare;
  // https://NAME.openai.azure.com/openai/deployments/... names a deployment, which is the target's.
  const start = path.startsWith('/openai/') ? bare.replace(/\/openai(?:\/.*)?$/, '') : bare;
  return `${start}${path}`;
}

/** Not `$${`, which stands for itself. */
const REFERENCE = /(?<!\$)\$\{\w+\}/;

/** Why an address cannot stand in our file, or undefined. What a variable holds is not known here. */
export function faultOfBaseUrl(url: string): string | undefined {
  return REFERENCE.test(url) ? undefined : checkKind('base-url', url, {})?.message;
}
