/** What a model's reasoning needs to be taken back by that model: goes to the client within a signature, and returns. */
export interface ReasoningPayload {
  readonly v: 1;
  /** The upstream's id of the model that reasoned. */
  readonly m: string;
  /** Its `reasoning_details`, as JSON texts. */
  readonly rd?: readonly string[];
  /** Signatures that belong to tool calls, by the client's id of the call. */
  readonly sig?: Readonly<Record<string, string>>;
}

/** An assistant turn that a client will return without its reasoning: kept so that it can be given back. */
export interface KeptTurn {
  /** The client's id of the turn's first tool call, with what is called where the id alone does not tell. */
  readonly toolCallId: string;
  /** Written and read by the transcoder alone. */
  readonly turn: string;
}

/** What a crossing needs from outside: it is pure, so hashing, keys and memory are handed in. */
export interface CrossingPorts {
  /** Lower-case hex of the SHA-256 of the text's UTF-8. */
  sha256(text: string): string;
  /** `th1.<payload>.<mac>`: proof that the payload belongs to exactly this text (empty where there is none). */
  sign(text: string, payload: ReasoningPayload): string;
  /** The payload of a signature that was made here for exactly this text; undefined for any other. */
  verify(signature: string, text: string): ReasoningPayload | undefined;
  /** The turn kept for this client's key under that tool call. */
  recall(toolCallId: string): string | undefined;
}

/** Whose thinking a conversation holds, where models of several families may serve it. */
export interface ThinkingPorts {
  /** Nothing that a model signed is to be sent: the upstream has refused what it was sent before. */
  readonly withheld: boolean;
  /** Of the signatures that a conversation holds, those that the upstream's model did not make: to be asked for all at once. */
  foreign(signatures: readonly string[]): ReadonlySet<string>;
  /** The upstream's model signed thinking with this: Anthropic's `signature` or `data`, or another vendor's like. */
  signed(signature: string): void;
}

/** How every signature of ours begins. */
export const SIGNATURE_PREFIX = 'th1.';
