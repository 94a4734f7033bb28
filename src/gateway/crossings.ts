import type { RequestFacts } from '../protocol/request.ts';
import type { CrossingPorts, KeptTurn } from '../protocol/transcode/ports.ts';
import type { CrossingRequest } from '../protocol/transcode/transcoder.ts';
import type { Exchange } from './exchange.ts';
import type { InputEstimates } from './input-estimate.ts';
import { ConversationThinking } from './reasoning/conversation-thinking.ts';
import { mayChangeFamily } from './reasoning/family.ts';
import { Signers } from './reasoning/signers.ts';
import type { TurnStore } from './reasoning/turn-store.ts';
import { type Target, upstreamNameOf } from './routing/catalogue.ts';
import type { Routed } from './routing/fit.ts';
import type { Told } from './attempts/tried.ts';

export interface CrossingsOptions {
  readonly signer: Pick<CrossingPorts, 'sha256' | 'sign' | 'verify'>;
  readonly turns: TurnStore;
  readonly estimates: InputEstimates;
}

/** One request's crossing: what the transcoder is given, and what is done with what it leaves behind. */
export interface Crossing {
  readonly request: CrossingRequest;
  /** The answer is whole. */
  end(told: Told | undefined, kept: KeptTurn | undefined): void;
}

/** What requests need on their way to an upstream of another shape, and what outlasts each of them. */
export class Crossings {
  readonly estimates: InputEstimates;
  readonly #options: CrossingsOptions;
  readonly #signers = new Signers();

  constructor(options: CrossingsOptions) {
    this.#options = options;
    this.estimates = options.estimates;
  }

  /** What a request's thinking is looked up by; undefined where whatever it is sent to takes it. */
  thinkingOf(routed: Routed): ConversationThinking | undefined {
    return mayChangeFamily(routed) ? new ConversationThinking(this.#signers) : undefined;
  }

  begin(
    headers: Headers,
    exchange: Exchange,
    facts: RequestFacts,
    target: Target,
    thinking?: ConversationThinking,
  ): Crossing {
    const { signer, turns } = this.#options;
    const { estimates } = this;
    const keyId = exchange.principal?.keyId ?? '';
    const upstreamName = upstreamNameOf(target);
    let estimated: number | undefined;
    // Signatures hold for the model that made them: another one must not be given them.
    const placeOf = (toolCallId: string) => `${upstreamName}\n${toolCallId}`;
    // Nothing of what a client sent is kept for it if it says so.
    const remembers = () => headers.get('x-th-store')?.toLowerCase() !== 'off';
    return {
      request: {
        facts,
        upstreamModel: target.model,
        capabilities: target.capabilities,
        requestId: exchange.requestId,
        createdS: Math.floor(Date.now() / 1000),
        keyId,
        betas: listBetas(headers),
        sessionId: headers.get('x-claude-code-session-id') ?? undefined,
        estimateInput: () => (estimated ??= estimates.estimate(facts, upstreamName)),
        redact: target.provider.redactorFor(target.model, facts.model),
        ports: {
          sha256: signer.sha256,
          sign: signer.sign,
          verify: signer.verify,
          recall: (toolCallId) => (remembers() ? turns.recall(keyId, placeOf(toolCallId)) : undefined),
        },
        thinking: thinking?.at(target.family),
      },
      end: (told, kept) => {
        if (estimated !== undefined && told?.usage !== undefined && !told.usageEstimated) {
          estimates.learn(upstreamName, facts, told.usage);
        }
        if (kept === undefined || !remembers()) return;
        turns.keep(keyId, { ...kept, toolCallId: placeOf(kept.toolCallId) });
      },
    };
  }
}

function listBetas(headers: Headers): readonly string[] {
  const value = headers.get('anthropic-beta');
  return value === null ? [] : value.split(',').map((beta) => beta.trim());
}
