import type { Shape } from '../protocol/shape.ts';

/** The client's headers that mean something to an upstream of its shape. All others stay here: credentials above all. */
const FORWARDED: Readonly<Record<Shape, readonly string[]>> = {
  openai: ['openai-beta'],
  anthropic: ['anthropic-version', 'anthropic-beta'],
};

/** Undefined where the client sent none of them. */
export function forwardedHeaders(shape: Shape, headers: Headers): Record<string, string> | undefined {
  let forwarded: Record<string, string> | undefined;
  for (const name of FORWARDED[shape]) {
    const value = headers.get(name);
    if (value !== null) forwarded = { ...forwarded, [name]: value };
  }
  return forwarded;
}
