import type { PoolName, Role } from './role.ts';

/** What th-orchestra made of one request. */
export interface Decision {
  /** A model of the catalogue. */
  readonly model: string;
  /** The pool it was taken from. */
  readonly pool: PoolName;
  readonly role: Role;
  /** The stage that decided, and what it saw, in a few words without any of the prompt's own. */
  readonly reason: string;
  /** From 0 to 1. */
  readonly confidence: number;
  /** How much a stronger model would gain on this prompt, from 0 to 1; higher is more. */
  readonly score: number;
}
