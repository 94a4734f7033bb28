import type { RequestDetail } from '../../api/requests.ts';
import { Panel } from '../../components/panel.tsx';
import { formatPlural } from '../../format/count.ts';
import { formatName } from '../../format/name.ts';

/** What did not cross whole between the two shapes, and what the provider did oddly. Nothing of either: nothing is shown. */
export function WarningsPanel({ request: { warnings, oddities } }: { readonly request: RequestDetail }) {
  const odd = Object.entries(oddities ?? {});
  if (warnings.length === 0 && odd.length === 0) return null;
  return (
    <Panel title="Worth knowing">
      <ul class="notes">
        {warnings.map((warning) => (
          <li key={warning}>
            <code>{warning}</code>
          </li>
        ))}
        {odd.map(([name, times]) => (
          <li key={name}>
            The provider: {formatName(name).toLowerCase()}, {formatPlural(times, 'time')}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
