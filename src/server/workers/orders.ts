/** What a supervisor tells a worker. */
export type Order = 'reload' | 'stop' | 'interrupt' | 'dump' | 'health';

/** What a worker tells its supervisor. */
export type Report = { readonly ready: string } | { readonly healthy: boolean };

/** Set for a worker: its number, from 0. */
export const WORKER_VARIABLE = 'TOKENHARBOR_WORKER';
