import { AccountRequestError } from '../../accounts/accounts/lifecycle.ts';
import { KeyRequestError } from '../../accounts/keys/lifecycle.ts';
import { StoreError } from '../../accounts/store/store-error.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { ERROR_CODES } from '../../protocol/error-codes.ts';

/** What the rooms behind the listener refuse, as the error to answer with; undefined: a fault, which is not told. */
export function refusalOf(cause: unknown): ApiError | undefined {
  if (cause instanceof ApiError) return cause;
  if (cause instanceof KeyRequestError || cause instanceof AccountRequestError) {
    return new ApiError(CODES[cause.code], cause.message);
  }
  if (cause instanceof StoreError && PASSES.has(cause.code)) {
    return new ApiError('service_unavailable', 'The database cannot be used now; the log says why', { retryAfterS: 1 });
  }
  return undefined;
}

const CODES = {
  invalid: 'invalid_value',
  not_found: 'not_found',
  not_active: 'conflict',
  exists: 'conflict',
  not_prepaid: 'conflict',
} as const satisfies Record<(KeyRequestError | AccountRequestError)['code'], keyof typeof ERROR_CODES>;

const PASSES: ReadonlySet<string> = new Set<StoreError['code']>(['busy', 'io', 'full', 'unavailable']);

/** The one way in which the admin listener tells an error. */
export function errorAnswer({ code, message, details }: ApiError): Response {
  const { param, retryAfterS, allow } = details;
  return Response.json(
    { error: { code, message, ...(param === undefined ? {} : { param }) } },
    {
      status: ERROR_CODES[code].status,
      headers: {
        ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
        ...(allow === undefined ? {} : { allow: allow.join(', ') }),
      },
    },
  );
}
