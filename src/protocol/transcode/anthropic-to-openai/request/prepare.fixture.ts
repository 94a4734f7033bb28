import { ApiError } from '../../../api-error.ts';
import type { Capabilities } from '../../capabilities.ts';
import { crossingOf } from '../../crossing.fixture.ts';
import type { CrossingRequest } from '../../transcoder.ts';
import type { PreparedRequest } from '../../transcoder.ts';
import type { AnswerPlan } from '../answer-plan.ts';
import { prepareOpenAiRequest } from './request.ts';

export interface Prepared extends PreparedRequest<AnswerPlan> {
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
  readonly codes: readonly string[];
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Nothing is decided by default but what a test says; a text is sent as it is. */
export function prepare(
  request: object | string,
  capabilities: Partial<Capabilities> = {},
  more: Partial<CrossingRequest> = {},
): Prepared {
  const body =
    typeof request === 'string'
      ? request
      : JSON.stringify({ model: 'public', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], ...request });
  const prepared = prepareOpenAiRequest(crossingOf(body, 'openai', capabilities, more));
  const text = decoder.decode(prepared.body);
  return { ...prepared, text, json: JSON.parse(text), codes: prepared.warnings.list };
}

/** The 400 that such a request gets, as `code param`; fails where it gets none. */
export function refusal(
  request: object | string,
  capabilities: Partial<Capabilities> = {},
  more: Partial<CrossingRequest> = {},
): ApiError {
  try {
    prepare(request, capabilities, more);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the request was accepted');
}

/** `code param` of the 400. */
export function refused(request: object | string, capabilities: Partial<Capabilities> = {}): string {
  const { code, details } = refusal(request, capabilities);
  return `${code} ${details.param}`;
}
