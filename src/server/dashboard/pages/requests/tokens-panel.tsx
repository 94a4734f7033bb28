import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/count.ts';
import { formatName } from '../../format/name.ts';

interface TokensPanelProps {
  readonly usage: Readonly<Record<string, unknown>> | null;
  readonly isEstimated: boolean;
}

export function TokensPanel({ usage, isEstimated }: TokensPanelProps) {
  const counts = Object.entries(usage ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return (
    <Panel
      title="Tokens"
      hint={isEstimated ? 'Estimated: the provider did not count them.' : 'As the provider counted them.'}
    >
      {counts.length === 0 ? (
        <Empty title="No tokens were counted" icon="coin">
          No provider answered.
        </Empty>
      ) : (
        <Facts
          facts={counts.map(([kind, count]) => [formatName(kind.replace(/_tokens$/, '')), formatCount(count)] as const)}
        />
      )}
    </Panel>
  );
}
