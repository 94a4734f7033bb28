import type { Role } from '../role.ts';

/** What a text asks for. */
export interface Marker {
  readonly role: Role;
  /** From 0 to 1. */
  readonly confidence: number;
  /** Which rule found it, by a name of ours. */
  readonly marker: string;
}

/** Interim: a debugging marker only. */
export function readMarkers(text: string): Marker | undefined {
  return /traceback|TypeError/i.test(text) ? { role: 'debugger', confidence: 0.8, marker: 'a fault' } : undefined;
}
