import type { RequestDetail } from '../../api/requests.ts';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Panel } from '../../components/panel.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { formatPlural } from '../../format/count.ts';

/** What th-orchestra made of it, and what was added to the prompt. */
export function DecisionPanel({ request: { decision, steering } }: { readonly request: RequestDetail }) {
  const steered = steering.applied ?? 'not known any more';
  const added = steering.tokens === 0 ? '' : `, ${formatPlural(steering.tokens, 'token')} that are not charged`;
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
