import type { ComponentChildren } from 'preact';
import type { RequestDetail } from '../../api/requests.ts';
import { Duration } from '../../components/duration.tsx';
import { Facts } from '../../components/facts.tsx';
import { Money, Nothing } from '../../components/money.tsx';
import { Panel } from '../../components/panel.tsx';
import { When } from '../../components/when.tsx';
import { linkTo } from '../../state/place.ts';

export function RequestFacts({ request }: { readonly request: RequestDetail }) {
  const {
    model,
    provider,
    upstream_model: upstream,
    key,
    key_name: name,
    account,
    shape,
    stream,
    status,
    finish_reason: finish,
  } = request;
  const facts: (readonly [string, ComponentChildren])[] = [
    ['At (UTC)', <When at={request.at} as="time" />],
    ['Model asked for', model === null ? <Nothing /> : <a href={linkTo(['requests'], { model })}>{model}</a>],
    ['Answered by', provider === null ? <Nothing /> : `${provider}${upstream === null ? '' : `: ${upstream}`}`],
    ['Key', key === null ? <Nothing /> : <a href={linkTo(['requests'], { key })}>{name ?? key}</a>],
    ['Account', account ?? <Nothing />],
    [
      'Shape',
      shape === null ? <Nothing /> : `${shape}${stream === null ? '' : stream ? ', as a stream' : ', as JSON'}`,
    ],
    [
      'Status',
      status === null ? <Nothing /> : `${status}${request.error_code === null ? '' : ` ${request.error_code}`}`,
    ],
    ['First byte', <Duration ms={request.first_byte_ms} />],
    ['Took', <Duration ms={request.duration_ms} />],
    ['Cost', <Money usd={request.cost_usd} />],
  ];
  if (finish != null) facts.push(['Finished because', finish]);
  if (request.replay_of != null)
    facts.push(['The answer again of', <a href={linkTo(['requests', request.replay_of])}>{request.replay_of}</a>]);
  if (request.trace_id != null) facts.push(['Trace', <code>{request.trace_id}</code>]);
  return (
    <Panel title="What was asked" class="panel-facts">
      <Facts facts={facts} />
    </Panel>
  );
}
