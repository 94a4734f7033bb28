/**
 * Why a store could not do what it was asked. `busy` passes by itself; `full` and `io` need the disk looked at;
 * `unavailable` is a server that does not answer, or lets nobody in; `corrupt` and `too_new` need a person; `conflict`
 * is a record that is there already; `failed` is anything else.
 */
export type StoreErrorCode = 'busy' | 'full' | 'io' | 'unavailable' | 'corrupt' | 'too_new' | 'conflict' | 'failed';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
