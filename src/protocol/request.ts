import { ApiError } from './api-error.ts';
import { isNull, parseValue } from './json/members.ts';
import { describeMangledBody } from './json/mangled.ts';
import { isFault, type Member, type ObjectScan, scanObject } from './json/scan.ts';

/** What the gateway itself needs to know of a request; the body stays as it came. */
export interface RequestFacts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly scan: ObjectScan;
  readonly model: string;
  readonly modelMember: Member;
  readonly stream: boolean;
}

/**
 * Members that decide who pays, what runs or where the answer goes. Standing twice, one parser takes the first and
 * another the last, so the model that is authorised could differ from the one that runs.
 */
const ONCE = new Set([
  'model',
  'messages',
  'system',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'n',
]);

/** Characters of a client's own member name that an error repeats: `th_…` may be as long as the body. */
const MAX_QUOTED = 80;

/** No vendor's id is that long, and it is logged, looked up and may stand in a header. */
const MAX_MODEL_LENGTH = 1024;

/** Scans a request body of either shape once. Throws the 400 that says what is wrong and where. */
export function readRequest(bytes: Uint8Array<ArrayBuffer>): RequestFacts {
  const scan = scanObject(bytes);
  if (isFault(scan)) throw new ApiError('invalid_json', describeMangledBody(bytes, scan));
  const known = new Map<string, Member>();
  for (const member of scan.members) {
    if (!ONCE.has(member.name) && !isGatewayMember(member)) continue;
    if (known.has(member.name)) {
      const param = member.name.slice(0, MAX_QUOTED);
      throw new ApiError('invalid_value', `The member "${param}" stands twice in the body; send it once`, { param });
    }
    known.set(member.name, member);
  }
  const modelMember = required(bytes, known.get('model'), 'model');
  const model = parseValue(bytes, modelMember);
  if (typeof model !== 'string' || model === '' || model.length > MAX_MODEL_LENGTH) {
    throw wrongType('model', `a string of 1 to ${MAX_MODEL_LENGTH} characters`);
  }
  checkMessages(bytes, known.get('messages'), scan);
  return { bytes, scan, model, modelMember, stream: readFlag(bytes, known.get('stream')) };
}

/** Members for the gateway itself: `th_steering` and its kin. None of them reaches an upstream. */
export function isGatewayMember(member: Member): boolean {
  return member.name.startsWith('th_');
}

function checkMessages(bytes: Uint8Array, messages: Member | undefined, scan: ObjectScan): void {
  if (messages === undefined && scan.members.some((member) => member.name === 'input')) {
    throw new ApiError(
      'missing_required_parameter',
      'The body has "input" but no "messages": it is a request for /v1/responses. This route takes "messages"',
      { param: 'messages' },
    );
  }
  const member = required(bytes, messages, 'messages');
  if (bytes[member.valueStart] !== 0x5b) throw wrongType('messages', 'an array');
}

function required(bytes: Uint8Array, member: Member | undefined, name: string): Member {
  if (member !== undefined && !isNull(bytes, member)) return member;
  throw new ApiError('missing_required_parameter', `The member "${name}" is required`, { param: name });
}

function readFlag(bytes: Uint8Array, member: Member | undefined): boolean {
  if (member === undefined || isNull(bytes, member)) return false;
  const value = bytes[member.valueStart];
  if (value === 0x74) return true;
  if (value === 0x66) return false;
  throw wrongType(member.name, 'true or false');
}

function wrongType(param: string, expected: string): ApiError {
  return new ApiError('invalid_value', `The member "${param}" must be ${expected}`, { param });
}
