import type { Shape } from '../../../protocol/shape.ts';
import type { InvalidField, Path } from './fields.ts';
import { randomId } from './ids.ts';

/** A 400 in the shape's own format, with the path written as that shape's vendor writes it. */
export function refuseField(shape: Shape, fault: InvalidField): Response {
  const reason = fault.message;
  if (shape === 'anthropic') {
    const path = fault.path.join('.');
    const details = fault.errorCode === undefined ? {} : { details: { error_code: fault.errorCode } };
    const message = path === '' ? reason : `${path}: ${reason}`;
    return refuse(shape, 400, { type: 'invalid_request_error', message, ...details });
  }
  const param = fault.path.length === 0 ? null : bracketPath(fault.path);
  const message = param === null ? reason : `Invalid value for '${param}': ${reason}.`;
  const code = fault.missing ? 'missing_required_parameter' : 'invalid_value';
  return refuse(shape, 400, { message, type: 'invalid_request_error', param, code });
}

export function refusePath(shape: Shape, path: string): Response {
  const message = `Unknown request URL: POST ${path}`;
  if (shape === 'anthropic') return refuse(shape, 404, { type: 'not_found_error', message });
  return refuse(shape, 404, { message, type: 'invalid_request_error', param: null, code: 'unknown_url' });
}

function refuse(shape: Shape, status: number, error: object): Response {
  const id = randomId('req_demo');
  const body = shape === 'anthropic' ? { type: 'error', error, request_id: id } : { error };
  return Response.json(body, { status, headers: { 'request-id': id, 'x-request-id': id } });
}

function bracketPath(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
