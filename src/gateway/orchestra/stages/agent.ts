import type { ToolKind } from '../turn/tool-kind.ts';
import type { Turn } from '../turn.ts';
import type { Stage, Verdict } from './stage.ts';

/** Failures in a row, or the same call again, after which an agent is taken to be stuck. */
const STUCK_ERRORS = 2;
const STUCK_REPEATS = 3;
/** From this confidence on, what the user asks for in words counts more than what the tools did before. */
const PLAIN_WORDS = 0.7;
/** Below it, words that speak of code somehow do not tell what an agent's first turn is about. */
const VAGUE_WORDS = 0.66;
/** Up to this length a turn is a look-up: "where is the limit set?" */
const LOOK_UP_CHARS = 160;
/** Below this length a first turn says nothing that a plan could be made for. */
const GREETING_CHARS = 16;

/** What an agent's tools did last, as far as the user does not ask for something else in plain words. */
export const readAgent: Stage = (turn) => {
  const { tools, workbench, inToolLoop, calls, answers } = turn;
  if (!tools && calls.length === 0) return undefined;
  const worded = turn.marker();
  const plain = !inToolLoop && worded !== undefined && worded.confidence >= PLAIN_WORDS;
  if (plain) return undefined;
  if (calls.length > 0) return readStuck(turn) ?? readLastTools(turn);
  const vague = worded === undefined || worded.confidence < VAGUE_WORDS;
  if (!workbench || answers > 0 || !vague || turn.lastUser.length < GREETING_CHARS) return undefined;
  return { role: 'planner', reason: "an agent's first turn", confidence: 0.6 };
};

function readStuck({ errors, repeats }: Turn): Verdict | undefined {
  if (errors >= STUCK_ERRORS)
    return { role: 'debugger', reason: 'tools failed repeatedly', confidence: 0.8, keep: false };
  if (repeats < STUCK_REPEATS) return undefined;
  return { role: 'debugger', reason: 'the same tool call again and again', confidence: 0.75, keep: false };
}

function readLastTools({ calls, lastUser, inToolLoop, marker }: Turn): Verdict | undefined {
  const kinds = new Set<ToolKind | undefined>(calls.map(({ kind }) => kind));
  if (kinds.has('edit')) return { role: 'coder', reason: 'the last tools edit files', confidence: 0.75 };
  if (kinds.has('run')) return { role: 'coder', reason: 'the last tools run commands', confidence: 0.65 };
  const isLookUp = !inToolLoop && lastUser.length <= LOOK_UP_CHARS && marker() === undefined;
  if (!isLookUp) return undefined;
  if (kinds.has('fetch') || kinds.has('search') || kinds.has('read')) {
    return { role: 'fetcher', reason: 'a short turn, and the last tools only look things up', confidence: 0.55 };
  }
  return undefined;
}
