import { findMember } from '../../protocol/json/scan.ts';
import type { RequestFacts } from '../../protocol/request.ts';
import { mediaOf } from '../routing/media.ts';
import { type Marker, readMarkers } from './markers/read-markers.ts';
import { readFirstUser } from './turn/first-user.ts';
import { readHistory } from './turn/history.ts';
import { offersTools, offersWorkbench } from './turn/offered-tools.ts';
import type { ToolCall } from './turn/tool-calls.ts';

/** Where an image or a PDF stands: behind the last answer, only before it, or nowhere. */
export type MediaPlace = 'now' | 'earlier' | 'none';

/** What the choice of a role needs to know of a request. */
export interface Turn {
  /** What the user wrote last, without what clients add to it; a long text by its head and its tail. */
  readonly lastUser: string;
  /** Whether tools are offered that the client runs, and the model may call them. */
  readonly tools: boolean;
  /** Whether such tools change files or run commands: the client is a coding agent. */
  readonly workbench: boolean;
  /** Whether the request brings results that a model waits for. */
  readonly inToolLoop: boolean;
  /** The latest calls of tools, the latest one first; at most eight. */
  readonly calls: readonly ToolCall[];
  /** How often the latest call stands among them, with the same arguments. 1: once. */
  readonly repeats: number;
  /** How many of the latest calls failed one after another. */
  readonly errors: number;
  /** How many messages of models the history holds. */
  readonly answers: number;
  readonly media: MediaPlace;
  /** What the last user turn asks for in so many words; read when it is asked for. */
  readonly marker: () => Marker | undefined;
}

/** Reads a request of either shape. Of a long history only its end is gone through, and of a long text its ends. */
export function readTurn(facts: RequestFacts): Turn {
  const history = readHistory(facts);
  const { images, pdf } = mediaOf(facts);
  const tools = offersTools(facts);
  const lastUser = history.lastUser === '' ? readFirstUser(facts) : history.lastUser;
  const worked = history.calls.findIndex(({ failed }) => !failed);
  let marker: { readonly value: Marker | undefined } | undefined;
  return {
    lastUser,
    tools,
    workbench: tools && offersWorkbench(facts),
    inToolLoop: history.inToolLoop,
    calls: history.calls,
    repeats: history.repeats,
    errors: worked < 0 ? history.calls.length : worked,
    answers: countAnswers(facts),
    media: images || pdf ? (history.mediaNow ? 'now' : 'earlier') : 'none',
    marker: () => (marker ??= { value: readMarkers(lastUser) }).value,
  };
}

const ANSWER = '"assistant"';

/** Counted by the word, which stands unescaped nowhere else but by a rare chance: a native search. */
function countAnswers({ bytes, scan }: RequestFacts): number {
  const messages = findMember(scan, 'messages');
  if (messages === undefined) return 0;
  const body = Buffer.from(
    bytes.buffer,
    bytes.byteOffset + messages.valueStart,
    messages.valueEnd - messages.valueStart,
  );
  let count = 0;
  for (let at = body.indexOf(ANSWER); at >= 0; at = body.indexOf(ANSWER, at + ANSWER.length)) count++;
  return count;
}
