/**
 * What an OpenAI stream must become for an OpenAI client, said in the simplest way: every frame is cut by a regular
 * expression and parsed whole. Slow, without state but what is listed, and without a line of the product.
 */
import { takeApart } from '../../../../test/support/json-tokens.ts';
import { jsonOf } from './stream-runs.fixture.ts';

export interface Told {
  /** The frame as it must arrive where it arrives byte for byte; undefined where something in it had to change. */
  readonly raw?: string;
  /** The data as it must parse; undefined for comments and what is no JSON. */
  readonly value?: unknown;
  /** The members that may not have changed by a byte, in order. */
  readonly members?: readonly string[];
}

export interface Expected {
  readonly told: readonly Told[];
  readonly end: 'done' | 'error' | 'open';
  readonly finished: boolean;
  /** What all `usage` objects come to: of each count the last one that is more than 0. */
  readonly usage: Record<string, unknown> | undefined;
}

/** Only for streams of whole frames with one `data:` line or none, as the generators make them. */
export function expectedOf(text: string, publicModel: string, hideUsage: boolean): Expected {
  const told: Told[] = [];
  let usage: Record<string, unknown> | undefined;
  let finished = false;
  for (const [raw] of text.matchAll(/(?:[^\r\n]+(?:\r\n|\n|\r))+(?:\r\n|\n|\r)/g)) {
    const lines = raw.split(/\r\n|\n|\r/).filter((line) => line !== '');
    const data = lines.find((line) => line.startsWith('data:'))?.replace(/^data: ?/, '');
    if (data === undefined) {
      if (lines.every((line) => line.startsWith(':'))) told.push({ raw });
      continue;
    }
    if (data.startsWith('[DONE]')) {
      told.push({ raw });
      return { told, end: 'done', finished, usage };
    }
    const value = jsonOf(data);
    if (value === undefined) {
      told.push({ raw });
      continue;
    }
    if ((value.error ?? null) !== null || lines.includes('event: error')) {
      return { told, end: 'error', finished, usage };
    }
    const choices = Array.isArray(value.choices) ? (value.choices as { finish_reason?: unknown }[]) : [];
    if (choices.some((choice) => typeof choice?.finish_reason === 'string' && choice.finish_reason !== '')) {
      finished = true;
    }
    const reported = (value.usage ?? null) !== null;
    if (reported) usage = counted(usage, value.usage as Record<string, unknown>);
    const carriesNothing = Array.isArray(value.choices) ? choices.length === 0 : (value.choices ?? null) === null;
    if (hideUsage && reported && carriesNothing) continue;
    const renames = typeof value.model === 'string' && value.model !== '' && value.model !== publicModel;
    const hides = hideUsage && 'usage' in value;
    const changed: Record<string, unknown> = { ...value };
    if (renames) changed.model = publicModel;
    if (hides) delete changed.usage;
    told.push({
      ...(renames || hides ? {} : { raw }),
      value: changed,
      members: takeApart(data).members.flatMap(({ name, raw: member }) =>
        (renames && name === 'model') || (hides && name === 'usage') ? [] : [member],
      ),
    });
  }
  return { told, end: 'open', finished, usage };
}

function counted(before: Record<string, unknown> | undefined, later: Record<string, unknown>): Record<string, unknown> {
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = later;
  if (!prompt_tokens && !completion_tokens) return before ?? {};
  const cached = (prompt_tokens_details as { cached_tokens?: number } | null | undefined)?.cached_tokens;
  return {
    prompt_tokens: prompt_tokens || before?.prompt_tokens,
    completion_tokens: completion_tokens || before?.completion_tokens,
    total_tokens,
    prompt_tokens_details: cached ? { cached_tokens: cached } : before?.prompt_tokens_details,
  };
}
