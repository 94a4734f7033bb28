import type { ComponentChildren } from 'preact';
import { Facts } from '../../components/facts.tsx';
import { formatDuration } from '../../format/duration.ts';
import { formatUsd } from '../../format/money.ts';
import { formatShare } from '../../format/rate.ts';
import { linkTo } from '../../state/place.ts';
import type { ExchangeState } from './exchange.ts';

/** What the headers say of how the answer came about. */
export function AnswerFacts({ state: { status, headers, firstByteMs, tookMs } }: { readonly state: ExchangeState }) {
  if (status === undefined) return null;
  const header = (name: string) => headers.find(([one]) => one === name)?.[1];
  const id = header('x-th-request-id');
  const facts: (readonly [string, ComponentChildren])[] = [['Status', String(status)]];
  const add = (name: string, value: ComponentChildren | undefined) => {
    if (value !== undefined) facts.push([name, value]);
  };
  add('Answered by', join(header('x-th-provider'), header('x-th-upstream-model')));
  add('First byte', firstByteMs === undefined ? undefined : formatDuration(firstByteMs));
  add('Took', tookMs === undefined ? undefined : formatDuration(tookMs));
  const cost = header('x-th-cost-usd');
  add('Cost', cost === undefined ? undefined : formatUsd(cost));
  add('Steering', header('x-th-steering-applied'));
  add('Route', describeDecision(header('x-th-route-decision')));
  add('Attempts', header('x-th-attempts'));
  add('Warnings', header('x-th-transcode-warnings'));
  add('Request', id === undefined ? undefined : <a href={linkTo(['requests', id])}>{id}</a>);
  return <Facts facts={facts} />;
}

/** The header's JSON in words; as it stands, where it is none. */
function describeDecision(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  try {
    const { model, pool, reason, confidence } = JSON.parse(header) as Record<string, unknown>;
    return `${String(model)} of ${String(pool)}: ${String(reason)} (${formatShare(Number(confidence))})`;
  } catch {
    return header;
  }
}

function join(provider: string | undefined, model: string | undefined): string | undefined {
  return provider === undefined ? undefined : model === undefined ? provider : `${provider}: ${model}`;
}
