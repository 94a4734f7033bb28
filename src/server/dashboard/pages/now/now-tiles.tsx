import type { Now, Series } from '../../api/now.ts';
import { Sparkline } from '../../components/sparkline.tsx';
import { Tile, Tiles } from '../../components/tile.tsx';
import { formatCount, formatPlural } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/rate.ts';

/** The tiles' sparklines show the last two minutes. */
const SHOWN_S = 120;

export function NowTiles({ now, series }: { readonly now: Now; readonly series: Series | undefined }) {
  const { p50, p95 } = now.first_byte_ms;
  const last = <T,>(values: readonly T[] | undefined): readonly T[] => values?.slice(-SHOWN_S) ?? [];
  return (
    <Tiles label="The last minute">
      <Tile label="Requests" chart={<Sparkline values={last(series?.requests)} />} note="a second">
        {formatRate(now.requests_per_second)}
      </Tile>
      <Tile
        label="Errors"
        tone={(now.error_share ?? 0) >= 0.05 ? 'bad' : undefined}
        chart={<Sparkline values={last(series?.errors)} tone="bad" />}
        note={`${formatRate(now.errors_per_second)} a second`}
      >
        {now.error_share === null ? '–' : formatShare(now.error_share)}
      </Tile>
      <Tile
        label="First byte"
        chart={<Sparkline values={last(series?.p50_ms)} />}
        note={p95 === null ? 'no answer in the last minute' : `p95 ${formatDuration(p95)}`}
      >
        {p50 === null ? '–' : formatDuration(p50)}
      </Tile>
      <Tile
        label="Open streams"
        chart={<Sparkline values={last(series?.streams)} />}
        note={`${formatPlural(now.upstream_requests, 'request')} at providers`}
      >
        {formatCount(now.streams_open)}
      </Tile>
    </Tiles>
  );
}
