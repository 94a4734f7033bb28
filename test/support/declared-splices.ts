/** What a gateway may change in a body it passes on in its own shape, and the check that it changed nothing else. */
import { takeApart, type RawMember, type RawObject } from './json-tokens.ts';

export interface Splices {
  readonly upstreamModel: string;
  /** Whether `stream_options.include_usage` is set (streams of the OpenAI shape). */
  readonly usageAdded: boolean;
}

/** Throws, saying where, unless `received` is `sent` apart from the declared splices. Both are bytes. */
export function checkSplices(sent: Uint8Array, received: Uint8Array, splices: Splices): void {
  const before = takeApart(Buffer.from(sent).toString('latin1'));
  const after = takeApart(Buffer.from(received).toString('latin1'));
  const kept = before.members.map((_, i) => i).filter((i) => !before.members[i]!.name.startsWith('th_'));
  const added = splices.usageAdded && !before.members.some(({ name }) => name === 'stream_options');
  const arrived = after.members.map((_, i) => i).filter((i) => !(added && after.members[i]!.name === 'stream_options'));
  if (added && arrived.length !== after.members.length - 1) fail('one stream_options should have been added');
  if (added)
    checkOptions(
      undefined,
      after.members.find(({ name }) => name === 'stream_options')!,
    );
  if (kept.length !== arrived.length) fail(`${kept.length} members should have arrived, ${arrived.length} did`);
  for (const [at, i] of kept.entries()) {
    const j = arrived[at]!;
    checkMember(before.members[i]!, after.members[j]!, splices);
    // White space and commas may change only where a member beside them was taken out or put in.
    if (at > 0 && kept[at - 1] === i - 1 && arrived[at - 1] === j - 1) checkGap(before, i, after, j);
  }
  if (kept[0] === 0 && arrived[0] === 0) checkGap(before, 0, after, 0);
  const [last, lastArrived] = [kept.at(-1)!, arrived.at(-1)!];
  if (last === before.members.length - 1 && lastArrived === after.members.length - 1) {
    checkGap(before, last + 1, after, lastArrived + 1);
  }
}

function checkMember(before: RawMember, after: RawMember, splices: Splices): void {
  if (before.name === 'model') {
    if (nameOf(before) !== nameOf(after)) fail(`the name of model changed: ${nameOf(after)}`);
    if (JSON.parse(after.value) !== splices.upstreamModel) fail(`model arrived as ${after.value}`);
  } else if (before.name === 'stream_options' && splices.usageAdded) {
    if (nameOf(before) !== nameOf(after)) fail(`the name of stream_options changed: ${nameOf(after)}`);
    checkOptions(before, after);
  } else if (before.raw !== after.raw) {
    fail(
      `${JSON.stringify(before.name)} arrived changed:\n  sent     ${clip(before.raw)}\n  received ${clip(after.raw)}`,
    );
  }
}

/** Of `stream_options` only `include_usage` may change, and it must be true. */
function checkOptions(before: RawMember | undefined, after: RawMember): void {
  const had = before === undefined || before.value === 'null' ? [] : takeApart(before.value).members;
  const has = takeApart(after.value).members;
  if (had.some(({ name, value }) => name === 'include_usage' && value === 'true')) {
    if (before?.raw !== after.raw) fail(`stream_options asked for usage already, but was changed: ${clip(after.raw)}`);
    return;
  }
  const others = (members: readonly RawMember[]) =>
    members.flatMap(({ name, raw }) => (name === 'include_usage' ? [] : [raw])).join(',');
  if (others(had) !== others(has)) fail(`stream_options arrived as ${clip(after.raw)}`);
  const asked = has.filter(({ name }) => name === 'include_usage').map(({ value }) => value);
  if (asked.join() !== 'true') fail(`include_usage should be true once: ${clip(after.raw)}`);
}

function checkGap(before: RawObject, i: number, after: RawObject, j: number): void {
  if (before.gaps[i] !== after.gaps[j]) {
    fail(`${JSON.stringify(before.gaps[i])} between members arrived as ${JSON.stringify(after.gaps[j])}`);
  }
}

function nameOf(member: RawMember): string {
  return member.raw.slice(0, member.raw.length - member.value.length);
}

function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} bytes)` : text;
}

function fail(message: string): never {
  throw new Error(message);
}
