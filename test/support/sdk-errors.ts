/** Provokes an error through an official SDK and holds what the SDK makes of it to a table row. */
import { expect } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import OpenAI from 'openai';
import { anthropic0Client, anthropicClient, openaiClient, requestBody, thrownBy, type Endpoint } from './clients.ts';
import { expectHouseHeaders } from './house-headers.ts';

/** What to change in the request the SDK made before it is sent. */
export interface Tampering {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string | Uint8Array;
  /** Set, or removed where the value is null. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface ExpectedError {
  readonly status: number;
  readonly anthropicStatus?: number;
  readonly openaiType: string;
  readonly openaiCode: string | null;
  readonly param?: string | null;
  readonly anthropicType: string;
  readonly retry: boolean;
  readonly message?: RegExp;
  /** Whether `retry-after` must be there, 1 to 60. */
  readonly retryAfter?: boolean;
}

const OPENAI_CLASSES: Readonly<Record<number, unknown>> = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  404: OpenAI.NotFoundError,
  422: OpenAI.UnprocessableEntityError,
};

const ANTHROPIC_CLASSES: Readonly<Record<number, unknown>> = {
  400: Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  404: Anthropic.NotFoundError,
};

export interface Provocation {
  readonly model: string;
  readonly extra?: object;
  readonly tampering?: Tampering;
}

/** Sends one request with each SDK and checks the error each throws. */
export async function expectSdkErrors(
  endpoint: Endpoint,
  models: { readonly openai: string; readonly anthropic: string },
  expected: ExpectedError,
  tampering: Tampering | ((shape: 'openai' | 'anthropic') => Tampering) = {},
  extra: object = {},
): Promise<void> {
  const of = (shape: 'openai' | 'anthropic') => (typeof tampering === 'function' ? tampering(shape) : tampering);
  await expectOpenAiError(endpoint, { model: models.openai, extra, tampering: of('openai') }, expected);
  await expectAnthropicErrors(endpoint, { model: models.anthropic, extra, tampering: of('anthropic') }, expected);
}

export async function expectOpenAiError(endpoint: Endpoint, how: Provocation, expected: ExpectedError): Promise<void> {
  const client = openaiClient(endpoint, { fetch: tamperingFetch(how.tampering) });
  const body = requestBody('openai', how.model, how.extra);
  const error = await thrownBy<InstanceType<typeof OpenAI.APIError>>(client.chat.completions.create(body as never));
  expect(error).toBeInstanceOf(OpenAI.APIError);
  const { status, type, code, param, requestID } = error;
  expect({ status: status as number | undefined, type, code, param }, error.message).toEqual({
    status: expected.status,
    type: expected.openaiType,
    code: expected.openaiCode,
    ...(expected.param === undefined ? { param } : { param: expected.param }),
  });
  expect(Object.keys(error.error ?? {})).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']));
  const kind = expected.status >= 500 ? OpenAI.InternalServerError : OPENAI_CLASSES[expected.status];
  if (kind !== undefined) expect(error).toBeInstanceOf(kind as typeof OpenAI.APIError);
  checkCommon(error.message, error.headers as Headers, requestID, expected);
}

export async function expectAnthropicErrors(
  endpoint: Endpoint,
  how: Provocation,
  expected: ExpectedError,
): Promise<void> {
  const status = expected.anthropicStatus ?? expected.status;
  const body = requestBody('anthropic', how.model, how.extra) as never;
  const fetch = tamperingFetch(how.tampering);

  const error = await thrownBy<InstanceType<typeof Anthropic.APIError>>(
    anthropicClient(endpoint, { fetch }).messages.create(body),
  );
  expect(error).toBeInstanceOf(Anthropic.APIError);
  expect({ status: error.status as number | undefined, type: error.type as string | null }, error.message).toEqual({
    status,
    type: expected.anthropicType,
  });
  const kind = status >= 500 ? Anthropic.InternalServerError : ANTHROPIC_CLASSES[status];
  if (kind !== undefined) expect(error).toBeInstanceOf(kind as typeof Anthropic.APIError);
  const answered = error.error as { type: string; request_id: string };
  expect(answered.type).toBe('error');
  expect(answered.request_id).toBe(error.requestID!);
  checkCommon(error.apiMessage ?? '', error.headers as Headers, error.requestID, expected);

  const older = await thrownBy<InstanceType<typeof Anthropic0.APIError>>(
    anthropic0Client(endpoint, { fetch }).messages.create(body),
  );
  expect(older).toBeInstanceOf(Anthropic0.APIError);
  expect({ status: older.status as number | undefined, type: older.type as string | null }, older.message).toEqual({
    status,
    type: expected.anthropicType,
  });
  checkCommon(older.message, older.headers as Headers, older.requestID, expected);
}

function checkCommon(message: string, headers: Headers, requestId: unknown, expected: ExpectedError): void {
  expect(expectHouseHeaders(headers)).toBe(requestId as string);
  expect(headers.get('x-should-retry'), 'x-should-retry').toBe(String(expected.retry));
  expect(headers.get('content-type')).toContain('application/json');
  if (expected.message !== undefined) expect(message).toMatch(expected.message);
  if (expected.retryAfter === true) {
    const seconds = headers.get('retry-after') ?? '';
    expect(seconds, 'retry-after').toMatch(/^\d+$/);
    expect(Number(seconds)).toBeGreaterThanOrEqual(1);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    expect(Number(headers.get('retry-after-ms'))).toBe(Number(seconds) * 1000);
  }
}

function tamperingFetch(tampering: Tampering = {}) {
  return (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (tampering.path !== undefined) url.pathname = tampering.path;
    const headers = new Headers(init.headers as Headers);
    for (const [name, value] of Object.entries(tampering.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const method = tampering.method ?? init.method ?? 'POST';
    const body = tampering.body ?? init.body;
    return fetch(url, {
      ...init,
      method,
      headers,
      ...(method === 'GET' || method === 'HEAD' || body === undefined || body === null
        ? { body: null }
        : { body: body as string }),
    });
  };
}
