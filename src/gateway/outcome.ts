/**
 * How a request ended:
 * `answered`: the whole answer was sent; `refused`: the gateway said no before any upstream was asked;
 * `upstream_error`: no answer came of it upstream; `upstream_cut`: the answer broke off after it began;
 * `client_abort`: the client left first; `interrupted`: the gateway was shut down meanwhile;
 * `failed`: a fault of the gateway's own; `replayed`: the answer to an earlier request with the same idempotency key was
 * sent, be it an error.
 */
export type Outcome =
  'answered' | 'refused' | 'upstream_error' | 'upstream_cut' | 'client_abort' | 'interrupted' | 'failed' | 'replayed';

/**
 * What each end charges. `used`: what the upstream reported, or an estimate where it reported nothing. `delivered`: the
 * same of what came before the end, and never more than was held. An answer with nothing in it costs nothing, unless it
 * was the client that ended it. `nothing`: whatever the upstream may charge is the operator's to pay. A request whose
 * process is killed is charged what was last journalled of it, by whoever finds it.
 */
export const CHARGES: Readonly<Record<Outcome, 'used' | 'delivered' | 'nothing'>> = {
  answered: 'used',
  upstream_cut: 'delivered',
  client_abort: 'delivered',
  interrupted: 'delivered',
  failed: 'delivered',
  upstream_error: 'nothing',
  refused: 'nothing',
  replayed: 'nothing',
};
