import type { ToolCall } from '../../openai/tool-calls.ts';
import { packToolId } from '../tool-ids.ts';

/** What a client may see as an id, and long enough not to be a constant or a clock's second. */
const USABLE = /^(?=.*[A-Za-z_-])[A-Za-z0-9_-]{16,128}$/;

/** The id of the message: the upstream's own, or one made from the request's where it gives none that is unique. */
export function messageId(upstreamId: string | undefined, requestId: string): string {
  const own = upstreamId?.replace(/^(?:chatcmpl|cmpl|msg)[-_]/, '');
  return `msg_${own !== undefined && USABLE.test(own) ? own : ownPart(requestId)}`;
}

/** The ids of one answer's tool calls as the client sees them: legal, and no two the same. */
export class ClientToolIds {
  readonly #requestId: string;
  readonly #used = new Set<string>();
  readonly #ids = new Map<ToolCall, string>();
  #minted = 0;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  idOf(call: ToolCall): string {
    const known = this.#ids.get(call);
    if (known !== undefined) return known;
    let id = call.id === undefined ? this.#mint() : packToolId(call.id);
    while (this.#used.has(id)) id = this.#mint();
    this.#used.add(id);
    this.#ids.set(call, id);
    return id;
  }

  #mint(): string {
    return `toolu_${ownPart(this.#requestId)}_${++this.#minted}`;
  }
}

/** `req_th_…` → `th_…`. */
function ownPart(requestId: string): string {
  return requestId.replace(/^req_/, '');
}
