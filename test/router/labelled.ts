import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Role } from '../../src/gateway/orchestra/role.ts';

const FOLDER = join(import.meta.dir, 'labelled');

/** A turn, and the role that it asks for. */
export interface LabelledTurn {
  readonly language: string;
  /** Its outcome is not looked at one by one while markers are tuned; its texts are of the same hand as the others. */
  readonly heldOut: boolean;
  readonly role: Role;
  /** What the user and the model said in turn; the user last. */
  readonly turns: readonly string[];
  /** Which client asks: a coding agent, Claude Code, an app with tools of its own; left out: a chat. */
  readonly tools?: 'agent' | 'claude' | 'app';
  /**
   * What the agent did before the last turn, a letter a call: E edit, X failed edit, B tests passed, F tests failed,
   * L list, R read, G grep, W fetch of a page, S web search, A tool of an app.
   */
  readonly calls?: string;
  /** The calls' results are what the request brings; the user spoke before them. */
  readonly open?: boolean;
  /** What is sent beside the text; `earlier`: an image in the first turn. */
  readonly media?: 'image' | 'pdf' | 'earlier';
}

/** Every labelled turn; files are named after their language. */
export function readLabelled(): LabelledTurn[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => {
      const [language = '', heldOut] = basename(name, '.jsonl').split('.');
      const lines = readFileSync(join(FOLDER, name), 'utf8').trim().split('\n');
      return lines.map((line) => ({ language, heldOut: heldOut === 'held-out', ...(JSON.parse(line) as object) }));
    }) as LabelledTurn[];
}
