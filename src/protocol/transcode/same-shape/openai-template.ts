import { isNull } from '../../json/members.ts';
import { findMember, isFault, type Member, scanArray, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';
import { type DeltaTemplate, makeTemplate } from '../delta-template.ts';
import type { Written } from '../tally.ts';

/** Members of a delta that carry the text of an answer. */
const TEXT_MEMBERS = new Set(['content', 'reasoning_content', 'reasoning', 'refusal']);

/** Of those, the ones that carry reasoning. */
const REASONING_MEMBERS = new Set(['reasoning_content', 'reasoning']);

/** A delta's template with the edits that its frames need. */
export interface EditedTemplate extends DeltaTemplate {
  /** Whether there is anything to change. */
  readonly rewrites: boolean;
  /** What the text is counted with, and how many bytes of a frame are not the text. */
  readonly written: Written;
  readonly around: number;
}

/** The one text of a delta. */
export interface DeltaText {
  readonly member: Member;
  readonly isReasoning: boolean;
  /** Whether the delta has nothing else to count. */
  readonly isAll: boolean;
}

/**
 * A template of the frame `[start, end)`, whose `choices` member has been parsed and found to be a plain delta with the
 * text `text`.
 */
export function learnTemplate(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: Member,
  written: Written,
  edits: readonly Edit[],
): EditedTemplate {
  const textStart = text.valueStart + 1;
  const textEnd = text.valueEnd - 1;
  const prefix = bytes.slice(start, textStart);
  const suffix = bytes.slice(textEnd, end);
  const shifted = (from: number) => (edit: Edit) => ({ ...edit, start: edit.start - from, end: edit.end - from });
  const newPrefix = splice(prefix, edits.filter((edit) => edit.start < textStart).map(shifted(start)));
  const newSuffix = splice(suffix, edits.filter((edit) => edit.start >= textEnd).map(shifted(textEnd)));
  return {
    ...makeTemplate(bytes, start, end, textStart, textEnd, newPrefix, newSuffix),
    rewrites: edits.length > 0,
    written,
    around: end - start - (textEnd - textStart),
  };
}

/** The text of a chunk's only delta; undefined where that has no single one. */
export function findText(bytes: Uint8Array, choices: Member): DeltaText | undefined {
  const [choice, second] = scanArray(bytes, choices.valueStart, choices.valueEnd);
  if (choice === undefined || second !== undefined) return undefined;
  const delta = child(bytes, choice[0], choice[1], 'delta');
  if (delta === undefined) return undefined;
  const scan = scanObject(bytes, delta.valueStart, delta.valueEnd);
  if (isFault(scan)) return undefined;
  const texts = scan.members.filter((m) => TEXT_MEMBERS.has(m.name) && bytes[m.valueStart] === 0x22);
  const [member] = texts;
  if (member !== undefined) {
    if (texts.length > 1) return undefined;
    const isAll = scan.members.every((m) => m === member || m.name === 'role' || isBlank(bytes, m));
    return { member, isReasoning: REASONING_MEMBERS.has(member.name), isAll };
  }
  const calls = findMember(scan, 'tool_calls');
  if (calls === undefined || bytes[calls.valueStart] !== 0x5b) return undefined;
  const [call, another] = scanArray(bytes, calls.valueStart, calls.valueEnd);
  if (call === undefined || another !== undefined) return undefined;
  const fn = child(bytes, call[0], call[1], 'function');
  const members = fn === undefined ? undefined : scanObject(bytes, fn.valueStart, fn.valueEnd);
  if (members === undefined || isFault(members)) return undefined;
  const args = findMember(members, 'arguments');
  if (args === undefined || bytes[args.valueStart] !== 0x22) return undefined;
  const isAll =
    scan.members.every((m) => m === calls || m.name === 'role' || isBlank(bytes, m)) &&
    members.members.every((m) => m === args || isBlank(bytes, m));
  return { member: args, isReasoning: false, isAll };
}

/** `null`, `""`, `[]` and `{}`. */
function isBlank(bytes: Uint8Array, member: Member): boolean {
  return member.valueEnd - member.valueStart <= 2 || isNull(bytes, member);
}

function child(bytes: Uint8Array, from: number, to: number, name: string): Member | undefined {
  const scan = scanObject(bytes, from, to);
  return isFault(scan) ? undefined : findMember(scan, name);
}
