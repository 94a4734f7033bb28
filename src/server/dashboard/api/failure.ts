/** What the API answered in place of what was asked for. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** 0: the gateway did not answer at all. */
  readonly status: number;
  readonly code: string;
  /** The field of the request that is at fault. */
  readonly param: string | undefined;

  constructor(status: number, code: string, message: string, param?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

export async function readFailure(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => undefined)) as
    | {
        readonly error?: {
          readonly code?: string;
          readonly type?: string;
          readonly message?: string;
          readonly param?: string | null;
        };
      }
    | undefined;
  const { code, type, message, param } = body?.error ?? {};
  return new ApiFailure(
    response.status,
    code ?? type ?? 'unknown',
    message ?? `The gateway answered with ${response.status}`,
    param ?? undefined,
  );
}

export function toFailure(cause: unknown): ApiFailure {
  if (cause instanceof ApiFailure) return cause;
  return new ApiFailure(
    0,
    'unreachable',
    'The gateway does not answer. Is it running, and does this address still lead to it?',
  );
}
