import type { Exchange } from '../gateway/exchange.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Operation } from './openapi/operation.ts';

export interface Call {
  readonly request: Request;
  readonly exchange: Exchange;
}

/** One row of the data listener's route table. A row without a guard, or without words, does not type-check. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** As documented; ends in `/*` where the rest is an id that may hold slashes. */
  readonly path: string;
  /** Other ways clients write the path, from base URLs given with and without `/v1`. */
  readonly aliases: readonly string[];
  /** The shape of its errors; `header`: as the client's headers tell. */
  readonly shape: Shape | 'header';
  /** `key`: an API key is needed, checked in `handle` by the relay; `open`: anybody may ask. */
  readonly guard: 'key' | 'open';
  /** What the documentation says of it. */
  readonly doc: Operation;
  readonly handle: (call: Call) => Response | Promise<Response>;
}

/** Every path a route answers to: the documented one, its aliases, and each with a trailing slash. */
export function pathsOf(route: Route): string[] {
  const paths = [route.path, ...route.aliases];
  return paths.flatMap((path) => (path.endsWith('/') || path.endsWith('*') ? [path] : [path, `${path}/`]));
}

/** A path below `/v1` under each prefix that a base URL may bring along. */
export function v1(rest: string, vendors: readonly ('openai' | 'anthropic')[]) {
  return {
    path: `/v1${rest}`,
    aliases: [rest, `/v1/v1${rest}`, ...vendors.flatMap((vendor) => [`/${vendor}/v1${rest}`, `/${vendor}${rest}`])],
  };
}

/** Anthropic's clients say so by a header of theirs; a bare `x-api-key` is their habit too. */
export function shapeByHeader(headers: Headers): Shape {
  if (headers.has('anthropic-version')) return 'anthropic';
  return headers.has('x-api-key') && !headers.has('authorization') ? 'anthropic' : 'openai';
}
