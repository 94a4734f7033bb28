import { POOLS_OF_ROLE, type Role } from './role.ts';
import { readAgent } from './stages/agent.ts';
import { readAsked } from './stages/asked.ts';
import { readMarked } from './stages/marked.ts';
import { readPinned } from './stages/pinned.ts';
import { readScored } from './stages/scored.ts';
import type { Pinned, RoleContext, Stage, Verdict } from './stages/stage.ts';
import { readToolLoop } from './stages/tool-loop.ts';
import { readVision } from './stages/vision.ts';
import type { Turn } from './turn.ts';

/** In the order in which they are asked; the first that can tell decides. */
export const STAGES = {
  asked: readAsked,
  vision: readVision,
  'tool loop': readToolLoop,
  agent: readAgent,
  markers: readMarked,
  session: readPinned,
  score: readScored,
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;

/** The role of a turn, and how it was told. */
export interface RoleChoice {
  readonly stage: StageName;
  readonly role: Role;
  /** What the stage saw, in a few words without any of the prompt's own: plain ASCII, fit for a header. */
  readonly reason: string;
  /** From 0 to 1. */
  readonly confidence: number;
  /** Whether the session's model goes on; true only where the context has one pinned. */
  readonly keep: boolean;
}

/** Tells the role of a turn. Always has an answer: the learned score comes last. */
export function decideRole(turn: Turn, context: RoleContext): RoleChoice {
  for (const [name, stage] of Object.entries(STAGES) as [StageName, Stage][]) {
    const verdict = stage(turn, context);
    if (verdict === undefined) continue;
    const { role, reason, confidence } = verdict;
    return { stage: name, role, reason, confidence, keep: keeps(verdict, context.pinned) };
  }
  throw new Error('the last stage always answers');
}

/** A model that stays finds the prompt in its vendor's cache: it goes on for roles that are served from the same pool. */
function keeps({ role, keep }: Verdict, pinned: Pinned | undefined): boolean {
  if (pinned === undefined) return false;
  return keep ?? POOLS_OF_ROLE[role][0] === POOLS_OF_ROLE[pinned.role][0];
}
