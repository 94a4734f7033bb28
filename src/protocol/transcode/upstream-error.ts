import { ApiError } from '../api-error.ts';
import { isJson } from '../bytes.ts';
import type { ErrorCode } from '../error-codes.ts';
import { readThinkingRefusal } from './thinking-refusal.ts';

/** What an upstream said went wrong, whatever its dialect of saying so. */
export interface UpstreamFault {
  readonly message: string;
  readonly type?: string;
  /** Some vendors put the HTTP status here, as a number. */
  readonly code?: string;
  readonly param?: string;
}

/**
 * Reads an error body: OpenAI's and Anthropic's `{"error":{…}}`, `{"error":"text"}`, `{"detail":…}`, flat
 * `{"object":"error","message":…}`, an array around any of them. Undefined when it is none.
 */
export function readUpstreamFault(body: unknown): UpstreamFault | undefined {
  const value = Array.isArray(body) ? (body[0] as unknown) : body;
  if (!isObject(value)) return undefined;
  if (isObject(value.error)) return faultOf(value.error);
  if (typeof value.error === 'string') return faultOf({ ...value, message: value.error });
  if (typeof value.detail === 'string') return faultOf({ message: value.detail });
  if (value.detail !== undefined && value.detail !== null) return { message: JSON.stringify(value.detail) };
  if (typeof value.message === 'string') return faultOf(value);
  return undefined;
}

/** The error that a JSON text carries; undefined where it is none, or no JSON. */
export function parseUpstreamFault(text: string): UpstreamFault | undefined {
  return isJson(text) ? readUpstreamFault(JSON.parse(text)) : undefined;
}

function faultOf(error: Record<string, unknown>): UpstreamFault {
  const text = (value: unknown) =>
    typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
  const type = text(error.type);
  const code = text(error.code);
  const param = text(error.param);
  const inner = innerFault(error.metadata);
  const message = text(error.message) ?? text(error.detail) ?? code ?? type;
  if (inner !== undefined && message !== undefined) {
    // A router's "Provider returned error" says nothing; what the provider said is wrapped in it.
    const outer = { ...(type === undefined ? {} : { type }), ...inner };
    return { ...outer, message: `${message}: ${inner.message}`, ...(code === undefined ? {} : { code }) };
  }
  return {
    message: message ?? 'the upstream reported an error without a message',
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  };
}

/** A page, half a JSON text or events, none of which are words. */
const NO_WORDS = /[<{]|data:/;
const MAX_WORDS = 1000;

/** OpenRouter's `metadata.raw`: the body of the provider behind it, as text, or words about it. */
function innerFault(metadata: unknown): UpstreamFault | undefined {
  const raw = isObject(metadata) ? metadata.raw : undefined;
  if (typeof raw !== 'string' || raw.length > 20_000) return undefined;
  if (!isJson(raw)) {
    const words = raw.trim();
    return words === '' || words.length > MAX_WORDS || NO_WORDS.test(words) ? undefined : { message: words };
  }
  const body: unknown = JSON.parse(raw);
  // One level: what is wrapped in what is wrapped is nobody's message.
  return isObject(body) && isObject(body.error) && body.error.metadata !== undefined
    ? undefined
    : readUpstreamFault(body);
}

/** A fault without what is the operator's: a vendor may quote it in the name of a parameter too. */
export function redactFault(fault: UpstreamFault, redact: (text: string) => string): UpstreamFault {
  const { message, param } = fault;
  return { ...fault, message: redact(message), ...(param === undefined ? {} : { param: redact(param) }) };
}

/** The words of vendors, each from a recorded or documented answer: they agree on neither code nor wording. */
const CONTEXT_OVERFLOW =
  /max(?:imum)? (?:context|prompt) length|prompt (?:is )?too long|too_many_prompt_tokens|exceed_context_size|exceeds the available context size|exceeds the maximum number of tokens|input is too long|range of input length|context_length_exceeded|context window/i;
const CONTENT_POLICY =
  /content_policy_violation|content_filter|content filtering policy|data_inspection_failed|content management policy/i;
/** Our credential refused with a 400 (xAI, Gemini). */
const BAD_KEY = /incorrect api key|api key not valid|invalid_api_key|api_key_invalid/i;
/** Our account is empty, told with a 429 (OpenAI), a 400 (Anthropic, DashScope) or a 403. */
const NO_CREDIT = /insufficient_quota|exceeded your current quota|credit balance is too low|arrearage/i;
/** To a client whose conversation holds thinking that its model does not take. */
const ONE_MODEL = ' (start a new conversation, or keep to one model within it)';

/**
 * Classifies an upstream's failure as the client is to see it. Our own credential, quota and rate at the vendor are
 * the gateway's fault, never the client's 401 or 429. `retryAfterS` is the upstream's own wish.
 */
export function classifyUpstreamFault(status: number, fault: UpstreamFault, retryAfterS?: number): ApiError {
  const said = `${fault.code ?? ''} ${fault.type ?? ''} ${fault.message}`;
  const param = fault.param;
  const details = param === undefined ? {} : { param };
  if (status < 500 && NO_CREDIT.test(said)) return operatorFault('upstream_quota', retryAfterS);
  if (status === 400 && BAD_KEY.test(said)) return operatorFault('upstream_auth', retryAfterS);
  const thinking = readThinkingRefusal(said);
  // Whatever the status: resellers tell it as a 429 or a 500, and it would be refused ever again.
  if (thinking === 'refused') return new ApiError('invalid_value', fault.message + ONE_MODEL, { ...details, thinking });
  if (status === 400 || status === 413) {
    if (CONTEXT_OVERFLOW.test(said)) {
      return new ApiError('context_length_exceeded', fault.message, { param: param ?? 'messages' });
    }
  }
  if (status === 400) {
    if (CONTENT_POLICY.test(said)) return new ApiError('content_filter', fault.message, details);
    return new ApiError('invalid_value', fault.message, thinking === undefined ? details : { ...details, thinking });
  }
  if (status === 404 && fault.type === 'not_found_error' && !/model/i.test(fault.message)) {
    // Anthropic's answer for a file or container that the client itself named.
    return new ApiError('not_found', fault.message, details);
  }
  const code = codeOfStatus(status, said);
  if (code === 'upstream_auth' || code === 'upstream_quota') return operatorFault(code, retryAfterS);
  const wait = retryAfterS ?? (code === 'upstream_rate_limited' || code === 'upstream_overloaded' ? 1 : undefined);
  return new ApiError(code, fault.message, {
    ...(code === 'invalid_value' || code === 'unprocessable' ? details : {}),
    ...(wait === undefined ? {} : { retryAfterS: wait }),
  });
}

/** A failure told within a 200 answer, as the client is to see it. */
export function errorOfFault(fault: UpstreamFault, redact: (text: string) => string): ApiError {
  return classifyFaultWithoutStatus(redactFault(fault, redact));
}

/** The error of a stream that ended before its answer was whole. */
export function cutShort(): ApiError {
  return new ApiError('upstream_eof', 'The upstream stream ended early: the answer is incomplete');
}

/** A failure told within a 200 answer: by the status its code carries, else by its words, else as an error of the upstream's. */
export function classifyFaultWithoutStatus(fault: UpstreamFault): ApiError {
  const status = Number(fault.code);
  if (Number.isInteger(status) && status >= 400 && status < 600) return classifyUpstreamFault(status, fault);
  const said = `${fault.code ?? ''} ${fault.type ?? ''}`;
  if (/rate_?limit/i.test(said)) return classifyUpstreamFault(429, fault);
  if (/overload|capacity/i.test(said)) return classifyUpstreamFault(503, fault);
  if (/timeout/i.test(said)) return classifyUpstreamFault(504, fault);
  if (/quota|billing/i.test(said)) return classifyUpstreamFault(402, fault);
  if (/authentication|invalid_api_key/i.test(said)) return classifyUpstreamFault(401, fault);
  if (/^\s*invalid_|\binvalid_/i.test(said)) return classifyUpstreamFault(400, fault);
  return classifyUpstreamFault(502, fault);
}

function codeOfStatus(status: number, said: string): ErrorCode {
  if (/engine_overloaded|overloaded_error/.test(said)) return 'upstream_overloaded';
  switch (status) {
    case 401:
    case 403:
      return 'upstream_auth';
    case 402:
      return 'upstream_quota';
    case 404:
      return 'upstream_misconfigured';
    case 408:
    case 504:
    case 524:
      return 'upstream_timeout';
    case 409:
    case 412:
      return 'invalid_value';
    case 413:
      return 'request_too_large';
    case 422:
      return 'unprocessable';
    case 429:
      return 'upstream_rate_limited';
    case 508:
      // Ours, come back: as a 502 it would be tried again.
      return 'loop_detected';
    case 503:
    case 529:
      return 'upstream_overloaded';
    default:
      return 'upstream_error';
  }
}

/** A failure about the operator's account, in our words: the vendor's own would send the client looking for its key. */
function operatorFault(code: 'upstream_auth' | 'upstream_quota', retryAfterS: number | undefined): ApiError {
  const message =
    code === 'upstream_auth'
      ? "The provider refused the gateway's credential. The operator must check the provider's api_key"
      : "The gateway's account at the provider is out of credit. The operator must top it up";
  return new ApiError(code, message, retryAfterS === undefined ? {} : { retryAfterS });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
