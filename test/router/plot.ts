import type { Frontier, Point } from './frontier.ts';

const WIDTH = 760;
const HEIGHT = 420;
const MARGIN = { left: 60, right: 190, top: 20, bottom: 50 };
const QUALITY = { from: 0.1, to: 0.7 };
const PRICE = { from: 0, to: 1 };
const INK = '#57606a';
const ACCENT = '#0969da';

/** The frontier as an SVG picture: quality against price, each model a dot, the dial a line. */
export function plotFrontier({ models, dial }: Frontier): string {
  const x = ({ price }: Pick<Point, 'price'>): number =>
    MARGIN.left + ((price - PRICE.from) / (PRICE.to - PRICE.from)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = ({ quality }: Pick<Point, 'quality'>): number =>
    HEIGHT -
    MARGIN.bottom -
    ((quality - QUALITY.from) / (QUALITY.to - QUALITY.from)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const text = (left: number, top: number, content: string, more = ''): string =>
    `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" ${more}>${content}</text>`;
  const right = x({ price: PRICE.to });
  const floor = y({ quality: QUALITY.from });
  const grid = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((quality) => {
    const top = y({ quality });
    return `<path d="M${MARGIN.left} ${top.toFixed(1)}H${right}" stroke="#d0d7de"/>${text(MARGIN.left - 8, top + 4, quality.toFixed(1), 'text-anchor="end"')}`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((price) =>
    text(x({ price }), floor + 20, String(price), 'text-anchor="middle"'),
  );
  const dots = models.map(
    (point) =>
      `<circle cx="${x(point).toFixed(1)}" cy="${y(point).toFixed(1)}" r="4" fill="${INK}"/>${text(x(point) + 7, y(point) + 4, point.name, 'font-size="10"')}`,
  );
  const line = dial.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(' ');
  const marks = dial
    .filter(({ name }) => ['0', '0.5', '1'].includes(name))
    .map(
      (point) =>
        `<circle cx="${x(point).toFixed(1)}" cy="${y(point).toFixed(1)}" r="5" fill="${ACCENT}"/>${text(x(point), y(point) - 10, point.name, `text-anchor="middle" fill="${ACCENT}"`)}`,
    );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...grid,
    ...ticks,
    text((MARGIN.left + right) / 2, HEIGHT - 12, 'USD per million tokens, mean', 'text-anchor="middle"'),
    text(16, HEIGHT / 2, 'right answers, share', `text-anchor="middle" transform="rotate(-90 16 ${HEIGHT / 2})"`),
    ...dots,
    `<polyline points="${line}" fill="none" stroke="${ACCENT}" stroke-width="2"/>`,
    ...marks,
    '</svg>\n',
  ].join('\n');
}
