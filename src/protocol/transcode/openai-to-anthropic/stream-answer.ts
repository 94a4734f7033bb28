import { DELTA_MEMBERS, headOf } from '../../anthropic/content-block.ts';
import { indexOf, typeOf } from '../../anthropic/read-event.ts';
import { rawOf, valueOf } from '../../json/members.ts';
import { JsonNode } from '../../json/node.ts';
import { findMember, isFault, type ObjectScan, scanArray, scanObject } from '../../json/scan.ts';
import { renderOpenAiUsage } from '../../openai/usage.ts';
import { dataFrame } from '../../sse/encode.ts';
import type { Oddities } from '../oddities.ts';
import { output } from '../output.ts';
import type { KeptTurn } from '../ports.ts';
import { lengthOf, Tally } from '../tally.ts';
import { AnthropicToldUsage } from '../told-usage.ts';
import { Annotations } from './annotations.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { BlockMaker } from './block-maker.ts';
import { Chunks } from './chunk.ts';
import { renderExtras } from './extras.ts';
import { finishReason, refusalOf } from './finish.ts';
import { completionId } from './ids.ts';
import { keepTurn } from './kept-turn.ts';
import { PieceWriter } from './piece-writer.ts';
import { KIND_OF_MEMBER, type StreamBlock } from './stream-block.ts';
import { StreamEnding } from './stream-ending.ts';
import { StreamTurn } from './stream-turn.ts';

const DONE = dataFrame('[DONE]');
const QUOTE = 0x22;

/** What a delta was: the text `name` in it belongs to `member` of the block. */
export interface Piece {
  readonly block: StreamBlock;
  readonly member: string;
  readonly name: string;
}

/** What the events of an Anthropic stream make of an OpenAI answer. Chunks for the client go into `output`. */
export class StreamAnswer {
  kept: KeptTurn | undefined;
  isComplete = false;
  readonly tally: Tally;
  readonly pieces: PieceWriter;

  readonly #plan: AnswerPlan;
  readonly #oddities: Oddities;
  readonly #annotations: Annotations;
  readonly #turn = new StreamTurn();
  readonly #maker: BlockMaker;
  /** Undefined until the first chunk, which bears the role. */
  #chunks: Chunks | undefined;
  readonly #open = new Map<number, StreamBlock>();
  readonly #ending: StreamEnding;
  #messageId: unknown;

  constructor(plan: AnswerPlan, oddities: Oddities) {
    this.#plan = plan;
    this.#oddities = oddities;
    this.#annotations = new Annotations(plan);
    this.tally = new Tally(plan.estimateInput);
    this.#ending = new StreamEnding(new AnthropicToldUsage(this.tally, oddities));
    this.pieces = new PieceWriter(this.tally, plan.searches);
    this.#maker = new BlockMaker(plan, oddities, this.pieces, () => this.#begin());
  }

  get hasBegun(): boolean {
    return this.#chunks !== undefined;
  }

  /** Whether the upstream has said why it stopped: what follows changes nothing but the count. */
  /** Undefined until the upstream has said why it stopped. */
  get stopReason(): string | undefined {
    return this.#ending.reason;
  }

  get hasStopped(): boolean {
    return this.stopReason !== undefined;
  }

  /** An event other than a ping. What it added, where it is a delta of a text. */
  read(type: string, bytes: Uint8Array, event: ObjectScan): Piece | undefined {
    switch (type) {
      case 'content_block_delta':
        return this.#readDelta(bytes, event);
      case 'message_start':
        this.#readStart(bytes, event);
        return undefined;
      case 'content_block_start': {
        const block = findMember(event, 'content_block');
        if (block !== undefined) this.#openBlock(indexOf(bytes, event), bytes, block.valueStart, block.valueEnd);
        return undefined;
      }
      case 'content_block_stop':
        this.#closeBlock(indexOf(bytes, event));
        return undefined;
      case 'message_delta':
        this.#ending.readDelta(bytes, event);
        return undefined;
      case 'message_stop':
        this.finish();
        return undefined;
      default:
        this.#oddities.count('unknown_event');
        return undefined;
    }
  }

  #readStart(bytes: Uint8Array, event: ObjectScan): void {
    const message = findMember(event, 'message');
    const scan = message === undefined ? undefined : scanObject(bytes, message.valueStart, message.valueEnd);
    if (scan === undefined || isFault(scan)) return;
    this.#ending.readCounts(bytes, scan);
    if (this.#chunks !== undefined) {
      this.#oddities.count('duplicate_message_start');
      return;
    }
    this.#messageId = valueOf(bytes, scan, 'id');
    this.#begin();
    // An answer that was whole at once (a call made by a program) is told within its start.
    const content = findMember(scan, 'content');
    if (content !== undefined && bytes[content.valueStart] === 0x5b) {
      for (const [index, [from, to]] of scanArray(bytes, content.valueStart, content.valueEnd).entries()) {
        this.#openBlock(index, bytes, from, to);
        this.#closeBlock(index);
      }
    }
    this.#ending.readMessage(bytes, scan);
  }

  /** The role, once, before anything else. */
  #begin(): Chunks {
    if (this.#chunks !== undefined) return this.#chunks;
    this.#chunks = new Chunks(completionId(this.#messageId, this.#plan.requestId), this.#plan);
    output.write(this.#chunks.delta('{"role":"assistant","content":""}'));
    return this.#chunks;
  }

  #openBlock(index: number, bytes: Uint8Array, start: number, end: number): void {
    this.#closeBlock(index);
    const scan = scanObject(bytes, start, end);
    const type = isFault(scan) ? undefined : typeOf(bytes, scan);
    if (isFault(scan) || type === undefined) {
      this.#oddities.count('unknown_block');
      return;
    }
    const kept = this.#turn.open(type, () => bytes.slice(start, end), this.tally.bytes);
    const block = this.#maker.start(type, bytes, scan, kept);
    this.#open.set(index, block);
    this.#countHead(type, new JsonNode(bytes, start, end));
    const text = block.kind === type ? findMember(scan, type) : undefined;
    if (text !== undefined && bytes[text.valueStart] === QUOTE) {
      this.pieces.add(block, undefined, bytes, text.valueStart + 1, text.valueEnd - 1);
    }
  }

  /** What a block says at its start; a text is counted where it is shown, an input where it is known to be all. */
  #countHead(type: string, block: JsonNode): void {
    if (type.endsWith('tool_use')) this.tally.text.bytes += lengthOf(block.get('name'));
    else if (type === 'redacted_thinking') this.tally.reasoning.bytes += lengthOf(block.get('data'));
  }

  #closeBlock(index: number): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    this.#open.delete(index);
    if (block.kind === 'text') this.#annotations.endBlock(this.pieces.units - block.units, this.pieces.units);
    this.#maker.end(block);
  }

  #readDelta(bytes: Uint8Array, event: ObjectScan): Piece | undefined {
    const delta = findMember(event, 'delta');
    const scan = delta === undefined ? undefined : scanObject(bytes, delta.valueStart, delta.valueEnd);
    if (scan === undefined || isFault(scan)) return undefined;
    const type = typeOf(bytes, scan) ?? '';
    const index = indexOf(bytes, event);
    const member = DELTA_MEMBERS.get(type);
    if (member === undefined) {
      this.#readOtherDelta(type, this.#open.get(index), bytes, scan);
      return undefined;
    }
    const text = findMember(scan, member.delta);
    if (text === undefined || bytes[text.valueStart] !== QUOTE) return undefined;
    const block = this.#blockFor(index, member.block);
    if (block === undefined) return undefined;
    this.pieces.add(block, member.block, bytes, text.valueStart + 1, text.valueEnd - 1);
    return { block, member: member.block, name: member.delta };
  }

  /** Upstreams that forget `content_block_start`: a text says itself what it is, an input does not. */
  #blockFor(index: number, member: string): StreamBlock | undefined {
    const block = this.#open.get(index);
    if (block !== undefined && (block.kind === 'hidden' || block.kind === KIND_OF_MEMBER[member])) return block;
    this.#oddities.count('unopened_block');
    if (member !== 'text' && member !== 'thinking') return undefined;
    const head = headOf(member);
    this.#openBlock(index, head, 0, head.length);
    return this.#open.get(index);
  }

  #readOtherDelta(type: string, block: StreamBlock | undefined, bytes: Uint8Array, delta: ObjectScan): void {
    if (type === 'signature_delta') {
      const signature = findMember(delta, 'signature');
      this.tally.noteOutput();
      if (signature !== undefined) block?.kept?.sign(rawOf(bytes, signature));
    } else if (type === 'citations_delta') {
      const citation = findMember(delta, 'citation');
      if (citation === undefined || bytes[citation.valueStart] !== 0x7b) return;
      block?.kept?.cite(rawOf(bytes, citation));
      if (block?.kind === 'text') this.#annotations.add(JsonNode.parse(rawOf(bytes, citation)));
    } else this.#oddities.count('unknown_delta');
  }

  /** The end of the answer, in one go: what must come in one piece, the reason, the count, the mark. */
  finish(): void {
    for (const index of this.#open.keys()) this.#closeBlock(index);
    const plan = this.#plan;
    const chunks = this.#begin();
    const turn = this.#turn.render();
    const extras = renderExtras(
      turn.blocks.map((block) => JsonNode.parse(block)),
      this.#annotations,
      plan,
    );
    if (extras.length > 0) output.write(chunks.delta(`{${extras.join(',')}}`));
    const ending = this.#ending;
    const refusal = refusalOf(ending.reason, ending.details, this.pieces.textSeen);
    if (refusal !== undefined) output.write(chunks.delta(`{"refusal":${JSON.stringify(refusal)}}`));
    output.write(chunks.finish(finishReason(ending.reason, this.#maker.calls, plan, this.#oddities)));
    this.tally.finish(this.#oddities);
    if (plan.includeUsage) output.write(chunks.usage(renderOpenAiUsage(this.tally.usage)));
    output.write(DONE);
    if (turn.blocks.length > 0 && turn.isWhole) {
      this.kept = keepTurn(this.#maker.firstCallId, turn.blocks.join(','), plan);
    }
    this.isComplete = true;
  }
}
