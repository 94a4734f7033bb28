import type { ApiError } from '../../protocol/api-error.ts';
import type { ThinkingPorts } from '../../protocol/transcode/ports.ts';
import type { Signers } from './signers.ts';

/**
 * The thinking that one request brings back, in a conversation that models of several families may serve.
 *
 * To a family goes what it signed, and never what another one is known to have signed. What nobody knows (the process
 * began anew, the client brought it along) goes, too, as long as nothing says that the conversation has been elsewhere:
 * no signature in it is known to be another family's, and no other family was tried for this request. So a conversation
 * with one family goes on after a restart with all its thinking. Where that is wrong the upstream refuses the request,
 * is asked once more without any thinking that is signed, and what it refused is nobody's from then on.
 */
export class ConversationThinking {
  readonly #signers: Signers;
  /** What each family was sent of it. */
  readonly #sent = new Map<string, readonly string[]>();
  #isWithheld = false;

  constructor(signers: Signers) {
    this.#signers = signers;
  }

  /** For one try at a model of that family. */
  at(family: string): ThinkingPorts {
    const isElsewhere = [...this.#sent.keys()].some((other) => other !== family);
    this.#sent.set(family, []);
    const isWithheld = this.#isWithheld;
    return {
      withheld: isWithheld,
      foreign: (signatures) => {
        const foreign = isWithheld ? signatures : this.#foreignTo(family, signatures, isElsewhere);
        const refused = new Set(foreign);
        this.#sent.set(
          family,
          signatures.filter((signature) => !refused.has(signature)),
        );
        return refused;
      },
      signed: (signature) => this.#signers.learn(signature, family),
    };
  }

  /** Whether the same upstream is to be asked once more, without signed thinking: for the first such refusal alone. */
  withhold({ details: { thinking } }: ApiError, family: string): boolean {
    if (thinking === undefined || this.#isWithheld) return false;
    this.#isWithheld = true;
    if (thinking === 'refused') for (const signature of this.#sent.get(family) ?? []) this.#signers.disown(signature);
    return true;
  }

  #foreignTo(family: string, signatures: readonly string[], isElsewhere: boolean): readonly string[] {
    const known = signatures.map((signature) => this.#signers.familyOf(signature));
    const hasMoved = isElsewhere || known.some((other) => other !== undefined && other !== family);
    return signatures.filter((_, i) => (known[i] === undefined ? hasMoved : known[i] !== family));
  }
}
