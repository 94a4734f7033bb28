import type { RequestDetail } from '../../api/requests.ts';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Panel } from '../../components/panel.tsx';
import { ShareBar } from '../../components/share-bar.tsx';

/** What th-orchestra made of it, and what was added to the prompt. */
export function DecisionPanel({ request: { decision, steering } }: { readonly request: RequestDetail }) {
  const steered = steering === null ? 'not known' : typeof steering === 'string' ? steering : steering.applied;
  const added =
    steering !== null && typeof steering !== 'string' && steering.tokens !== undefined
      ? ` (${steering.tokens} tokens)`
      : '';
  return (
    <Panel title="Route and steering">
      {decision === null ? (
        <Empty title="The client chose the model" icon="models">
          Only requests to th-orchestra are decided upon. Steering: {steered}
          {added}.
        </Empty>
      ) : (
        <Facts
          facts={[
            ['Chosen', decision.model],
            ['Pool', decision.pool],
            ['Role', decision.role],
            ['Because', decision.reason],
            ['Confidence', <ShareBar share={decision.confidence} />],
            ['Steering', `${steered}${added}`],
          ]}
        />
      )}
    </Panel>
  );
}
