import type { ApiError } from '../../api-error.ts';
import { ERROR_CODES } from '../../error-codes.ts';
import { renderStreamError } from '../../render-error.ts';
import { dataFrame, eventFrame } from '../../sse/encode.ts';
import { errorOfFault, readUpstreamFault } from '../upstream-error.ts';
import type { SameShapeOptions } from './options.ts';

/** An upstream's error, and what the client is told of it. */
export interface ErrorEvent {
  readonly error: ApiError;
  /** The event for the client; undefined where the upstream's own may pass as it is. */
  readonly frame: Uint8Array<ArrayBuffer> | undefined;
}

type JsonObject = Record<string, unknown>;

/**
 * An upstream's error within a stream. The upstream's words, type and code stay; what SDKs need and upstreams leave
 * out is filled in, and what is the operator's is taken out.
 */
export function readOpenAiErrorEvent(text: string, options: SameShapeOptions): ErrorEvent {
  const event = JSON.parse(text) as JsonObject;
  const error = classify(event, options);
  const own = event.error;
  if (isObject(own) && isComplete(own) && mayPass(event, text, options)) return { error, frame: undefined };
  const fault = readUpstreamFault(event);
  const row = ERROR_CODES[error.code];
  const body = {
    message: fault?.message ?? error.message,
    type: fault?.type ?? row.openaiType,
    param: fault?.param ?? null,
    code: fault?.code ?? row.openaiCode,
  };
  return { error, frame: dataFrame(redactJson({ error: body }, options)) };
}

/** The same for Anthropic's `event: error`. */
export function readAnthropicErrorEvent(text: string, options: SameShapeOptions): ErrorEvent {
  const event = JSON.parse(text) as JsonObject;
  const error = classify(event, options);
  const own = event.error;
  if (event.type !== 'error' || !isObject(own) || typeof own.type !== 'string' || typeof own.message !== 'string') {
    return { error, frame: renderStreamError('anthropic', error, options.requestId) };
  }
  // The client is given one id for everything; the upstream's own means nothing to it.
  const told = { ...event, error: own, request_id: options.requestId };
  return { error, frame: eventFrame('error', redactJson(told, options)) };
}

/** Whether nothing in the frame but the error itself is the operator's, or hidden from this client. */
function mayPass(event: JsonObject, text: string, options: SameShapeOptions): boolean {
  if (options.hideUsage && 'usage' in event) return false;
  return (event.model ?? options.publicModel) === options.publicModel && options.redact(text) === text;
}

/** Every text is redacted by itself: a redaction across quotes and escapes would leave no JSON. */
function redactJson(value: JsonObject, { redact }: SameShapeOptions): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? redact(part) : part));
}

function classify(event: JsonObject, options: SameShapeOptions): ApiError {
  const fault = readUpstreamFault(event) ?? { message: 'The upstream reported an error' };
  return errorOfFault(fault, options.redact);
}

/** All four keys, as OpenAI writes them. */
function isComplete(error: JsonObject): boolean {
  const text = (value: unknown) => typeof value === 'string';
  const nullable = (value: unknown) => value === null || typeof value === 'string';
  return text(error.message) && text(error.type) && nullable(error.param) && nullable(error.code);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
