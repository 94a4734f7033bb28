import { StoreError } from '../store/store-error.ts';

export function reasonOf(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError('failed', String(error), error);
}

/** Whether it is the store's state, which may change, that failed: not what it was asked to write. */
export function isPassing({ code }: StoreError): boolean {
  return code === 'busy' || code === 'full' || code === 'io' || code === 'unavailable' || code === 'corrupt';
}

/** What somebody is told whose settlement waits for the store. */
export function keptError(reason: StoreError): StoreError {
  return new StoreError(reason.code, `The settlement is kept and tried again. ${reason.message}`, reason.cause);
}
