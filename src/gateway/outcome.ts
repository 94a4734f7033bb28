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
