import { ApiError } from './api-error.ts';
import { isFault, type ObjectScan, scanObject } from './json/scan.ts';

/** The members of an upstream's whole answer. Throws an `ApiError` when it is no JSON object, or cut. */
export function scanAnswer(body: Uint8Array): ObjectScan {
  const scan = scanObject(body);
  if (isFault(scan)) throw new ApiError('upstream_error', `The upstream's answer is not valid JSON: ${scan.message}`);
  return scan;
}
