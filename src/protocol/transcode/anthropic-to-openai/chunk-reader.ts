import { literalOf, textOf } from '../../json/literal.ts';
import type { JsonNode } from '../../json/node.ts';
import { insideOf, type Span } from '../../json/span.ts';
import { ChoicePicker } from '../../openai/choice.ts';
import { finishOf, readChunkFault, usageOf } from '../../openai/chunk.ts';
import { type ContentPart, isText, readContent } from '../../openai/content.ts';
import { findReasoning, reasoningMembers, reasoningTexts } from '../../openai/reasoning.ts';
import { type CallDelta, readCallDelta, readFunctionCall } from '../../openai/tool-calls.ts';
import type { Frame } from '../../sse/frame.ts';
import { errorOfFault, type UpstreamFault } from '../upstream-error.ts';
import type { Answer } from './answer.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { DeltaFrames, DeltaMeaning } from './delta-frames.ts';
import { isFailure } from './stop.ts';
import { ThinkTags } from './think-tags.ts';

/** Reads the chunks of a stream, as vendors fill them, into an answer. */
export class ChunkReader {
  /** Whether there was anything of an answer: a stream may be all usage. */
  sawChoice = false;
  readonly #plan: AnswerPlan;
  readonly #answer: Answer;
  /** Undefined where every chunk is to be parsed. */
  readonly #frames: DeltaFrames | undefined;
  readonly #choices = new ChoicePicker();
  readonly #reasoningMembers: readonly string[];
  readonly #tags: ThinkTags | undefined;
  /** How many pieces of the chunk at hand were news; the last one, if frames like this one can do without parsing. */
  #news = 0;
  #text: JsonNode | undefined;
  #meaning: DeltaMeaning | undefined;
  /** Chunks had a `delta`: a `message` beside or instead of it repeats what was said. */
  #sawDelta = false;
  /** Reasoning came in a member of its own: texts in `reasoning_details` repeat it. */
  #sawReasoning = false;

  constructor(plan: AnswerPlan, answer: Answer, frames: DeltaFrames | undefined) {
    this.#plan = plan;
    this.#answer = answer;
    this.#frames = frames;
    const { reasoningOut } = plan.capabilities;
    this.#reasoningMembers = reasoningMembers(reasoningOut);
    this.#tags = reasoningOut.includes('think_tags') ? new ThinkTags() : undefined;
  }

  /** `frame`: where the chunk stands within its bytes, if it does. */
  read(chunk: JsonNode, frame: Frame | undefined): void {
    this.#news = 0;
    this.#text = undefined;
    const fault = readChunkFault(chunk);
    if (fault !== undefined) {
      this.#readUsage(chunk, undefined);
      this.fail(fault);
      return;
    }
    const answer = this.#answer;
    const choices = chunk.get('choices')?.elements ?? [];
    const choice = this.#choices.pick(choices);
    if (choices.length > (choice === undefined ? 0 : 1)) {
      answer.oddities.count('further_choice');
      this.#news++;
    }
    const counted = this.#readUsage(chunk, choice);
    if (!answer.isStarted) answer.start(chunk.get('id')?.stringOrUndefined);
    if (choice !== undefined) this.#readChoice(choice);
    if (answer.state !== 'open') return;
    // Some give every chunk a reason and counts: one that says something may not be the last.
    const isOver = counted && answer.sequence.finishReason !== undefined && this.#text === undefined;
    if (isOver) this.finish();
    else this.#learn(chunk, frame);
  }

  fail(fault: UpstreamFault): void {
    this.#answer.break(errorOfFault(fault, this.#plan.redact));
  }

  /** Nothing more comes, and the answer is whole. */
  finish(): void {
    for (const { kind, text } of this.#tags?.end() ?? []) this.#show(kind, literalOf(text));
    this.#answer.finish();
  }

  #readUsage(chunk: JsonNode, choice: JsonNode | undefined): boolean {
    const usage = usageOf(chunk, choice);
    if (usage === undefined || !this.#answer.told.read(usage.value)) return false;
    this.#news++;
    return true;
  }

  #readChoice(choice: JsonNode): void {
    this.sawChoice = true;
    const answer = this.#answer;
    const delta = this.#deltaOf(choice);
    if (delta !== undefined) this.#readDelta(delta);
    const matched = choice.get('stop_reason');
    if (matched?.kind === 'string') {
      answer.matched = matched.asString();
      this.#news++;
    }
    const reason = finishOf(choice);
    if (reason === undefined) return;
    this.#news++;
    if (isFailure(reason)) this.fail({ message: `The upstream broke its answer off: ${reason}`, type: reason });
    else answer.finishWith(reason);
  }

  #deltaOf(choice: JsonNode): JsonNode | undefined {
    const delta = choice.get('delta');
    if (delta !== undefined) this.#sawDelta = true;
    return delta ?? (this.#sawDelta ? undefined : choice.get('message'));
  }

  #readDelta(delta: JsonNode): void {
    const answer = this.#answer;
    this.#readReasoning(delta);
    for (const part of readContent(delta.get('content'))) this.#readPart(part);
    const refusal = delta.get('refusal');
    if (refusal !== undefined && isText(refusal)) {
      answer.isRefused = true;
      this.#news++;
      this.#show('text', insideOf(refusal));
    }
    const annotations = delta.get('annotations')?.elements ?? [];
    if (annotations.length > 0) {
      answer.annotate(annotations);
      this.#news++;
    }
    const calls = delta.get('tool_calls')?.elements ?? [];
    for (const entry of calls) this.#readCall(readCallDelta(entry), false);
    const call = delta.get('function_call');
    // Beside `tool_calls` it repeats the first of them.
    if (call !== undefined && calls.length === 0) this.#readCall(readFunctionCall(call), true);
    if (delta.get('audio')?.get('data') !== undefined) this.#plan.warnings.add('dropped.audio');
  }

  #readReasoning(delta: JsonNode): void {
    const details = delta.get('reasoning_details');
    if (details !== undefined && details.elements.length > 0) {
      this.#answer.reasoning.addDetails(details);
      this.#answer.tally.noteOutput();
      this.#news++;
    }
    const reasoning = findReasoning(delta, this.#reasoningMembers);
    if (reasoning !== undefined) this.#sawReasoning = true;
    const texts = reasoning !== undefined ? [reasoning] : this.#sawReasoning ? [] : reasoningTexts(delta);
    for (const node of texts) this.#readPart({ kind: 'thinking', node });
  }

  #readPart({ kind, node }: ContentPart): void {
    this.#news++;
    if (kind === 'json') this.#show('text', literalOf(node.raw));
    else if (kind === 'text' && this.#tags?.isDone === false) {
      for (const piece of this.#tags.push(textOf(insideOf(node)))) this.#show(piece.kind, literalOf(piece.text));
      this.#note(node, this.#meaningOf('text'));
    } else {
      this.#show(kind, insideOf(node));
      this.#note(node, this.#meaningOf(kind));
    }
  }

  #show(kind: 'text' | 'thinking', { bytes, start, end }: Span): void {
    this.#answer[kind](bytes, start, end);
  }

  #readCall(delta: CallDelta, isFunctionCall: boolean): void {
    const answer = this.#answer;
    const call = answer.call(delta, isFunctionCall);
    // Even what belongs to no call may belong to one the next time.
    this.#news++;
    if (call === undefined) return;
    if (delta.signature !== undefined || delta.args?.kind !== 'string' || isFunctionCall) return;
    this.#note(delta.args, {
      kind: 'args',
      take: (bytes, from, to) => answer.args(call, bytes, from, to),
      holds: () => answer.sequence.leadsTo(delta, call),
    });
  }

  #note(text: JsonNode, meaning: DeltaMeaning): void {
    this.#text = text;
    this.#meaning = meaning;
  }

  /** What a frame with nothing but such a text means as things stand: nothing has to be opened, closed or waited for. */
  #meaningOf(kind: 'text' | 'thinking'): DeltaMeaning {
    const answer = this.#answer;
    const { blocks, sequence } = answer;
    if (kind === 'thinking' && !this.#plan.showThinking) {
      return { kind: 'hidden', take: (bytes, from, to) => answer.thinking(bytes, from, to), holds: () => true };
    }
    return {
      kind,
      take: (bytes, from, to) => answer[kind](bytes, from, to),
      holds: () => blocks.kind === kind && !sequence.waits && (kind === 'thinking' || this.#tags?.isDone !== false),
    };
  }

  #learn(chunk: JsonNode, frame: Frame | undefined): void {
    const frames = this.#frames;
    if (frames === undefined) return;
    frames.review();
    if (frame === undefined || this.#news !== 1 || this.#text === undefined || this.#meaning?.holds() !== true) return;
    frames.learn(chunk, frame, this.#text, this.#meaning);
  }
}
