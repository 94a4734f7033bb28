/** `warn`: works, but will bite some day. `skip`: could not be looked at here. Only `fail` is a failure of the whole. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** What was looked at: `open files`, `provider openai`. */
  readonly check: string;
  readonly status: Status;
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}
