import type { Role } from '../role.ts';
import type { Turn } from '../turn.ts';

/** What a session was answered by last. */
export interface Pinned {
  /** A model of the catalogue. */
  readonly model: string;
  readonly role: Role;
  /** Whether that model takes images; left out: it does if the role is `vision`. */
  readonly sees?: boolean;
}

/** What the choice of a role looks at beside the turn itself. */
export interface RoleContext {
  /** The role the client asks for. */
  readonly asked: Role | undefined;
  readonly pinned: Pinned | undefined;
  /** How much a stronger model would gain, from 0 to 1: computed when it is asked for. */
  readonly gain: () => number;
}

/** What a stage found. */
export interface Verdict {
  readonly role: Role;
  /** What it saw, in a few words of its own: none of the prompt's. */
  readonly reason: string;
  /** From 0 to 1. */
  readonly confidence: number;
  /** Whether the model that the session was answered by goes on: `true` only where one is pinned. */
  readonly keep?: boolean;
}

/** One way to tell the role of a turn; undefined: it cannot tell. */
export type Stage = (turn: Turn, context: RoleContext) => Verdict | undefined;
