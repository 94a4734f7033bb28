import type { Shape } from '../../../protocol/shape.ts';
import type { InvalidField, Path } from './fields.ts';
import { randomId } from './ids.ts';

/** A 400 in the shape's own format, with the path written as that shape's vendor writes it. */
export function refuseField(shape: Shape, fault: InvalidField): Response {
  const reason = fault.message;
  if (shape === 'anthropic') {
    const path = fault.path.join('.');
    return refuse(shape, 400, 'invalid_request_error', path === '' ? reason : `${path}: ${reason}`);
  }
  const param = fault.path.length === 0 ? null : bracketPath(fault.path);
  const message = param === null ? reason : `Invalid value for '${param}': ${reason}.`;
  const code = fault.missing ? 'missing_required_parameter' : 'invalid_value';
  return refuse(shape, 400, 'invalid_request_error', message, param, code);
}

export function refusePath(shape: Shape, path: string): Response {
  const message = `Unknown request URL: POST ${path}`;
  if (shape === 'anthropic') return refuse(shape, 404, 'not_found_error', message);
  return refuse(shape, 404, 'invalid_request_error', message, null, 'unknown_url');
}

function refuse(
  shape: Shape,
  status: number,
  type: string,
  message: string,
  param: string | null = null,
  code: string | null = null,
): Response {
  const id = randomId('req_demo');
  const body =
    shape === 'anthropic'
      ? { type: 'error', error: { type, message }, request_id: id }
      : { error: { message, type, param, code } };
  return Response.json(body, { status, headers: { 'request-id': id, 'x-request-id': id } });
}

function bracketPath(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
