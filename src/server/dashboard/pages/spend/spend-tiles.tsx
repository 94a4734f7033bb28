import type { Forecast, Sums } from '../../api/spend.ts';
import { Money } from '../../components/money.tsx';
import { ShareBar } from '../../components/share-bar.tsx';
import { Tile, Tiles } from '../../components/tile.tsx';
import { formatCount, formatPlural } from '../../format/count.ts';
import { formatShare } from '../../format/rate.ts';

export function SpendTiles({
  total,
  forecast,
}: {
  readonly total: Sums | undefined;
  readonly forecast: Forecast | null;
}) {
  const input = total === undefined ? 0 : total.input_tokens + total.cache_read_tokens + total.cache_write_tokens;
  const cached = total === undefined || input === 0 ? 0 : total.cache_read_tokens / input;
  return (
    <Tiles label="These days in all">
      <Tile label="Spent" note={noteOn(total)}>
        <Money usd={total?.cost_usd ?? '0'} />
      </Tile>
      <Tile label="Requests" note="settled">
        {formatCount(total?.requests ?? 0)}
      </Tile>
      <Tile label="Tokens" note={`${formatCount(input)} in, ${formatCount(total?.output_tokens ?? 0)} out`}>
        {formatCount(input + (total?.output_tokens ?? 0))}
      </Tile>
      {forecast === null ? (
        <Tile label="Read from the cache" note="of the tokens that went in">
          {formatShare(cached)}
        </Tile>
      ) : (
        <Tile label="This month, expected" note={`${formatPlural(forecast.days_left, 'day')} left at this pace`}>
          <Money usd={forecast.expected_usd} />
        </Tile>
      )}
    </Tiles>
  );
}

function noteOn(total: Sums | undefined): string {
  if (total === undefined || total.estimated === 0) return 'as the providers counted';
  return `${formatPlural(total.estimated, 'request')} by estimate`;
}

/** How much of a sum one row is. */
export function ShareOf({ part, whole }: { readonly part: number; readonly whole: number }) {
  return <ShareBar share={whole === 0 ? 0 : part / whole} />;
}
