import { findMember, isFault, type Member, scanArray, scanObject } from '../../json/scan.ts';
import { type Edit, splice } from '../../json/splice.ts';
import { type DeltaTemplate, makeTemplate } from '../delta-template.ts';

/** Members of a delta that carry the text of an answer. */
const TEXT_MEMBERS = new Set(['content', 'reasoning_content', 'reasoning', 'refusal']);

/** A delta's template with the edits that its frames need. */
export interface EditedTemplate extends DeltaTemplate {
  /** Whether there is anything to change. */
  readonly rewrites: boolean;
}

/**
 * A template of the frame `[start, end)`, whose `choices` member has been parsed and found to be a plain delta.
 * Undefined when it has no single text to leave open.
 */
export function learnTemplate(
  bytes: Uint8Array,
  start: number,
  end: number,
  choices: Member,
  edits: readonly Edit[],
): EditedTemplate | undefined {
  const text = findText(bytes, choices);
  if (text === undefined) return undefined;
  const textStart = text.valueStart + 1;
  const textEnd = text.valueEnd - 1;
  const prefix = bytes.slice(start, textStart);
  const suffix = bytes.slice(textEnd, end);
  const shifted = (from: number) => (edit: Edit) => ({ ...edit, start: edit.start - from, end: edit.end - from });
  const newPrefix = splice(prefix, edits.filter((edit) => edit.start < textStart).map(shifted(start)));
  const newSuffix = splice(suffix, edits.filter((edit) => edit.start >= textEnd).map(shifted(textEnd)));
  return { ...makeTemplate(bytes, start, end, textStart, textEnd, newPrefix, newSuffix), rewrites: edits.length > 0 };
}

function findText(bytes: Uint8Array, choices: Member): Member | undefined {
  const [choice, second] = scanArray(bytes, choices.valueStart, choices.valueEnd);
  if (choice === undefined || second !== undefined) return undefined;
  const delta = child(bytes, choice[0], choice[1], 'delta');
  if (delta === undefined) return undefined;
  const scan = scanObject(bytes, delta.valueStart, delta.valueEnd);
  if (isFault(scan)) return undefined;
  const texts = scan.members.filter((m) => TEXT_MEMBERS.has(m.name) && bytes[m.valueStart] === 0x22);
  if (texts.length > 0) return texts.length === 1 ? texts[0] : undefined;
  const calls = findMember(scan, 'tool_calls');
  if (calls === undefined || bytes[calls.valueStart] !== 0x5b) return undefined;
  const [call, another] = scanArray(bytes, calls.valueStart, calls.valueEnd);
  if (call === undefined || another !== undefined) return undefined;
  const fn = child(bytes, call[0], call[1], 'function');
  const args = fn === undefined ? undefined : child(bytes, fn.valueStart, fn.valueEnd, 'arguments');
  return args !== undefined && bytes[args.valueStart] === 0x22 ? args : undefined;
}

function child(bytes: Uint8Array, from: number, to: number, name: string): Member | undefined {
  const scan = scanObject(bytes, from, to);
  return isFault(scan) ? undefined : findMember(scan, name);
}
