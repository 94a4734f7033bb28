import type { ApiError } from '../protocol/api-error.ts';
import type { Attempt } from './attempts/attempt.ts';
import type { Pause } from './attempts/back-off.ts';
import type { Pump } from './pump.ts';

/** What requests are busy with, for the end of the process. */
export class InFlight {
  /** Streams that were handed out. */
  readonly pumps = new Set<Pump>();
  /** Tries whose first byte has not gone to the client. */
  readonly attempts = new Set<Attempt>();
  /** Waits between two tries. */
  readonly pauses = new Set<Pause>();

  /** Ends every request: streams with their shape's error event, the others with an error answer. */
  interrupt(error: ApiError): void {
    for (const pump of this.pumps) pump.interrupt(error);
    for (const attempt of this.attempts) attempt.abort(error);
    for (const pause of this.pauses) pause.cut(error);
  }
}
