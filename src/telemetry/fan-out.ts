import type { Events } from './events.ts';

/** Tells several; what one of them throws is thrown when all have been told. */
export function fanOut(...all: readonly Events[]): Events {
  return {
    requestFinished: (event) => {
      let failure: unknown;
      for (const events of all) {
        try {
          events.requestFinished(event);
        } catch (error) {
          failure ??= error;
        }
      }
      if (failure !== undefined) throw failure;
    },
    fault: (what, cause, requestId) => {
      for (const events of all) events.fault(what, cause, requestId);
    },
    notice: (what) => {
      for (const events of all) events.notice(what);
    },
  };
}
