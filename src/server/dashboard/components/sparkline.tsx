const WIDTH = 120;
const HEIGHT = 28;

interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly tone?: 'accent' | 'bad';
}

/** The last minutes at a glance; the chart below tells them in full. */
export function Sparkline({ values, tone = 'accent' }: SparklineProps) {
  const known = carryOver(values);
  const most = Math.max(1e-9, ...known);
  const step = WIDTH / Math.max(1, known.length - 1);
  const points = known.map((value, index) => [index * step, HEIGHT - 2 - (value / most) * (HEIGHT - 4)] as const);
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  return (
    <svg
      class={`sparkline sparkline-${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {points.length > 1 && <path class="sparkline-area" d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />}
      {points.length > 1 && <path class="sparkline-line" d={line} />}
    </svg>
  );
}

/** Where nothing is known, what was known last. */
function carryOver(values: readonly (number | null)[]): number[] {
  let last = 0;
  return values.map((value) => (last = value ?? last));
}
