import { DIRECTIVES, type Directive } from '../gateway/orchestra/directives/directives.ts';
import { ApiError } from '../protocol/api-error.ts';

/** What th-orchestra may add to a system prompt: the very text, and what to know it by. */
export function steeringDocument({ name, version, text, digest, tokens }: Directive): Record<string, unknown> {
  return { name, version, text, digest: `sha256:${digest}`, tokens };
}

/** All of them. */
export function steeringPage(): Record<string, unknown> {
  return { object: 'list', data: [...DIRECTIVES.values()].map(steeringDocument) };
}

/** The directive of that name, which may lack what stands before its colon. Throws the 404 that lists the names. */
export function findDirective(name: string): Directive {
  for (const directive of DIRECTIVES.values()) {
    if (name === directive.name || name === directive.name.replace(/^.*:/, '')) return directive;
  }
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  throw new ApiError(
    'not_found',
    `There is no directive ${shown} here; there are ${[...DIRECTIVES.keys()].join(', ')}`,
  );
}
