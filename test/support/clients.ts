/** The three official SDKs, set up against a gateway (or against a scripted upstream directly). */
import Anthropic from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import OpenAI from 'openai';

export interface Endpoint {
  readonly url: string;
  readonly key: string;
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface ClientOptions {
  readonly maxRetries?: number;
  readonly fetch?: Fetch;
  readonly timeout?: number;
  readonly defaultHeaders?: Record<string, string>;
}

export function openaiClient(endpoint: Endpoint, options: ClientOptions = {}): OpenAI {
  return new OpenAI({ baseURL: `${endpoint.url}/v1`, apiKey: endpoint.key, maxRetries: 0, ...options });
}

/** The SDK of today: sends the key as a bearer token. */
export function anthropicClient(endpoint: Endpoint, options: ClientOptions = {}): Anthropic {
  return new Anthropic({ baseURL: endpoint.url, apiKey: endpoint.key, maxRetries: 0, ...options });
}

/** The SDK before 1.0: sends the key as `x-api-key`. */
export function anthropic0Client(endpoint: Endpoint, options: ClientOptions = {}): Anthropic0 {
  return new Anthropic0({ baseURL: endpoint.url, apiKey: endpoint.key, maxRetries: 0, ...options });
}

/** Both Anthropic SDKs; for what the tests use, the types of today's fit the older one too. */
export function anthropicClients(
  endpoint: Endpoint,
  options: ClientOptions = {},
): readonly { readonly sdk: string; readonly client: Anthropic }[] {
  return [
    { sdk: '@anthropic-ai/sdk 1.x', client: anthropicClient(endpoint, options) },
    { sdk: '@anthropic-ai/sdk 0.x', client: anthropic0Client(endpoint, options) as unknown as Anthropic },
  ];
}

export type ClientShape = 'openai' | 'anthropic';

/** Path of a shape's main route. */
export function routeOf(shape: ClientShape): string {
  return shape === 'openai' ? '/v1/chat/completions' : '/v1/messages';
}

/** A small valid request body of either shape. */
export function requestBody(shape: ClientShape, model: string, extra: object = {}): Record<string, unknown> {
  return {
    model,
    ...(shape === 'anthropic' ? { max_tokens: 64 } : {}),
    messages: [{ role: 'user', content: 'Say hello.' }],
    ...extra,
  };
}

export interface PostOptions {
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Sends a body (bytes or text as they are, anything else as JSON) to the shape's main route. */
export function post(
  endpoint: Endpoint,
  shape: ClientShape,
  body: unknown,
  { headers = {}, signal }: PostOptions = {},
): Promise<Response> {
  return fetch(`${endpoint.url}${routeOf(shape)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${endpoint.key}`, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What an SDK call throws; fails when it does not throw. */
export async function thrownBy<T = Error>(action: Promise<unknown> | (() => Promise<unknown>)): Promise<T> {
  try {
    await (typeof action === 'function' ? action() : action);
  } catch (error) {
    return error as T;
  }
  throw new Error('expected a failure, but the call succeeded');
}
