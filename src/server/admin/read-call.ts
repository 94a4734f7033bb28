import type { TObject } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type BodyLimits, readBody } from '../../gateway/body.ts';
import type { Ticker } from '../../gateway/ticker.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { checkValue } from './check-value.ts';
import type { AdminRoute } from './route-table.ts';

/** Of bodies that are read here: forms that people fill in. */
const LIMITS: BodyLimits = { maxBodyBytes: 64 * 1024, bodyTimeoutMs: 10_000 };

/** What a request says beside its path, checked against its row. Throws the error that names what is wrong. */
export async function readCall({ query, body }: AdminRoute, request: Request, ticker: Ticker) {
  return {
    query: query === undefined ? {} : readQuery(query, new URL(request.url).searchParams),
    body: body === undefined ? undefined : checkValue(body, isEmpty(request) ? {} : await readJson(request, ticker)),
  };
}

function readQuery(schema: TObject, given: URLSearchParams): unknown {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, value] of given) {
    if (name in values) {
      throw new ApiError('invalid_value', `${name}: stands twice in the address`, { param: name });
    }
    values[name] = value;
  }
  return checkValue(schema, Value.Convert(schema, { ...values }));
}

/** Nothing is an empty form. */
function isEmpty({ body, headers }: Request): boolean {
  // Deno gives a request without a body one that is empty.
  return (body === null || headers.get('content-length') === '0') && headers.get('content-type') === null;
}

async function readJson(request: Request, ticker: Ticker): Promise<unknown> {
  const bytes = await readBody(request, LIMITS, ticker);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Not the parser's own words, which quote the body.
    throw new ApiError('invalid_json', 'The body is not JSON in UTF-8');
  }
}
