/** What a same-shape answer is changed by; everything else passes byte for byte. */
export interface SameShapeOptions {
  /** The catalogue id the client asked for: answers bear it instead of the upstream's own id. */
  readonly publicModel: string;
  readonly requestId: string;
  /** Usage was asked for on the client's behalf: it is read for the bill and taken out of the answer. */
  readonly hideUsage: boolean;
  /** Whether a stream may end without saying so (`finish_reason` or `[DONE]`): vendors that never say it. */
  readonly eofWithoutDone: 'ok' | 'error';
  /** Input tokens, for an upstream that tells no usage. */
  readonly estimateInput: () => number;
  /** Takes host names, keys and private model ids out of an upstream's error text. */
  readonly redact: (text: string) => string;
  /** Is told each signature in the answer; undefined where nobody asks whose they are. */
  readonly signed?: ((signature: string) => void) | undefined;
}
