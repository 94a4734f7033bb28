import type { ChartLook } from '../../charts/layer.ts';
import { Choice } from '../../components/choice.tsx';
import { changeQuery } from '../../state/route.ts';

export function ChartKind({ kind }: { readonly kind: ChartLook['kind'] }) {
  return (
    <Choice
      legend="Chart"
      value={kind}
      options={[
        ['bars', 'Stacked'],
        ['lines', 'Lines'],
      ]}
      onChange={(next) => changeQuery({ chart: next === 'bars' ? undefined : next })}
    />
  );
}
