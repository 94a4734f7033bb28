import { equals } from '../../bytes.ts';
import { isNull, removeMembers } from '../../json/members.ts';
import type { Member, ObjectScan } from '../../json/scan.ts';
import type { Edit } from '../../json/splice.ts';

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const SPACE = 0x20;

/** What matters of an OpenAI chunk to a client of the same shape. */
export interface Chunk {
  /** Undefined where there are none. */
  readonly choices: Member | undefined;
  /** Undefined where none is told. */
  readonly usage: Member | undefined;
  /** The member is there, if only as null. */
  readonly hasUsage: boolean;
  readonly hasError: boolean;
  /** What Groq tells beside its answer. */
  readonly groq: Member | undefined;
  /** The edits that put the public model id in. */
  readonly renames: Edit[];
}

/** `model`: the public id as a JSON string. */
export function readChunk(bytes: Uint8Array, scan: ObjectScan, model: Uint8Array): Chunk {
  let choices: Member | undefined;
  let usage: Member | undefined;
  let hasError = false;
  let groq: Member | undefined;
  const renames: Edit[] = [];
  for (const member of scan.members) {
    if (member.name === 'choices') choices = member;
    else if (member.name === 'usage') usage = member;
    else if (member.name === 'model') renameModel(bytes, member, model, renames);
    else if (member.name === 'x_groq' && !isNull(bytes, member)) groq = member;
    else if (member.name === 'error' && !isZero(bytes, member)) hasError = true;
  }
  return {
    choices: choices === undefined || isEmpty(bytes, choices) ? undefined : choices,
    usage: usage === undefined || isNull(bytes, usage) ? undefined : usage,
    hasUsage: usage !== undefined,
    hasError,
    groq,
    renames,
  };
}

/** The edits of a chunk without its usage; undefined where it carries nothing else, and goes whole. */
export function hideUsage({ choices, usage, hasUsage, renames }: Chunk, scan: ObjectScan): Edit[] | undefined {
  if (!hasUsage) return renames;
  if (usage !== undefined && choices === undefined) return undefined;
  const edits = [...renames, ...removeMembers(scan, (member) => member.name === 'usage')];
  return edits.sort((a, b) => a.start - b.start);
}

/** Why the first choice that says so is over. */
export function finishIn(choices: unknown): string | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices as readonly ({ finish_reason?: unknown } | null)[]) {
    const reason = choice?.finish_reason;
    if (typeof reason === 'string' && reason !== '') return reason;
  }
  return undefined;
}

/** Whether a choice has an end, or says anything but whose turn it is. */
export function holdsContent(choices: unknown): boolean {
  if (finishIn(choices) !== undefined) return true;
  return (
    Array.isArray(choices) &&
    choices.some((choice: Record<string, unknown> | null) => {
      const said = choice?.['delta'] ?? choice?.['message'] ?? choice?.['text'];
      if (typeof said !== 'object' || said === null) return isFilled(said);
      return Object.entries(said).some(([name, value]) => name !== 'role' && isFilled(value));
    })
  );
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '';
}

function renameModel(bytes: Uint8Array, { valueStart, valueEnd }: Member, model: Uint8Array, renames: Edit[]): void {
  if (bytes[valueStart] !== QUOTE || valueEnd - valueStart <= 2) return;
  if (!equals(bytes, valueStart, valueEnd, model)) renames.push({ start: valueStart, end: valueEnd, text: model });
}

/** `null`, and what vendors send for it whose members are never absent: `""`, `{}`. */
function isZero(bytes: Uint8Array, member: Member): boolean {
  return isNull(bytes, member) || member.valueEnd - member.valueStart <= 2;
}

/** Whether it is `null` or `[]`. */
function isEmpty(bytes: Uint8Array, member: Member): boolean {
  if (isNull(bytes, member)) return true;
  for (let i = member.valueStart + 1; i < member.valueEnd - 1; i++) if ((bytes[i] as number) > SPACE) return false;
  return bytes[member.valueStart] === OPEN_BRACKET;
}
