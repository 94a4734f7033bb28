import type { RequestFacts } from '../request.ts';
import type { Capabilities } from './capabilities.ts';
import type { Oddities } from './oddities.ts';
import type { CrossingPorts, KeptTurn, ThinkingPorts } from './ports.ts';
import type { StreamTranscoder } from './stream.ts';
import type { Ended, Used } from './used.ts';
import type { Warnings } from './warnings.ts';

/** A request that is to cross, and all that is known of both its ends. */
export interface CrossingRequest {
  readonly facts: RequestFacts;
  /** The id the upstream knows the model by. */
  readonly upstreamModel: string;
  readonly capabilities: Capabilities;
  /** `req_th_…`; ids that an answer lacks are made from it. */
  readonly requestId: string;
  /** Unix seconds, taken once. */
  readonly createdS: number;
  /** The client's key, for what has to differ from client to client. */
  readonly keyId: string;
  /** The client's `anthropic-beta` values. */
  readonly betas: readonly string[];
  /** The client's session, where it names one (`x-claude-code-session-id`). */
  readonly sessionId: string | undefined;
  /** Input tokens, as an estimate that errs upward: told where the upstream tells none. */
  readonly estimateInput: () => number;
  /** Takes host names, keys and private model ids out of an upstream's error text. */
  readonly redact: (text: string) => string;
  readonly ports: CrossingPorts;
  /** Undefined where all models that may serve the conversation are of one family: then nothing is looked up or told. */
  readonly thinking?: ThinkingPorts | undefined;
}

/** One request on its way to an upstream, and what turns the upstream's answer into the client's. */
export interface Transcoder {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Whether the body asks for a stream: not always what the client asked for. */
  readonly asksForStream: boolean;
  /** Whether `system` and `messages` go out byte for byte as the client sent them. */
  readonly exact: boolean;
  /** What could not cross. Answers may add to it. */
  readonly warnings: Warnings;
  /** The client's path of a member that the upstream names: `messages.3.content.0` → `messages[2].content[0]`. */
  locate(param: string): string | undefined;
  /** Throws an `ApiError` when the body is no answer. */
  readJson(body: Uint8Array<ArrayBuffer>): JsonAnswer;
  openStream(): StreamTranscoder;
}

/** A request as its upstream takes it, and what the upstream's answer has to know of it. */
export interface PreparedRequest<Plan> extends Pick<Transcoder, 'body' | 'asksForStream' | 'warnings' | 'locate'> {
  readonly plan: Plan;
}

/** A whole answer in the client's shape. */
export interface JsonAnswer extends Used, Ended {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kept: KeptTurn | undefined;
  readonly oddities: Oddities;
}
