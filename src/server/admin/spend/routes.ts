import { FIGURES } from '../../../accounts/usage-rows.ts';
import { csvLine } from '../../../protocol/csv.ts';
import { type AdminRoute, route } from '../route-table.ts';
import { Spend, SpendQuery } from './schema.ts';
import { readSpend, type SpendServices } from './spend.ts';

const CSV = 'text/csv';

/** Where the money went. */
export function spendRoutes(services: SpendServices): readonly AdminRoute[] {
  return [
    route({
      method: 'GET',
      path: '/api/spend',
      guard: 'operator',
      summary: 'what was used and what it cost, this month or since another day, as JSON or CSV',
      query: SpendQuery,
      answer: Spend,
      types: [CSV],
      handle: async ({ query, request }) => {
        const spend = await readSpend(services, query, Date.now());
        const asCsv = query.format === 'csv' || (query.format === undefined && prefersCsv(request.headers));
        return asCsv ? csvFile(spend) : spend;
      },
    }),
  ];
}

function prefersCsv(headers: Headers): boolean {
  return headers.get('accept')?.split(',')[0]?.trim().startsWith(CSV) === true;
}

function csvFile({ since, until, by, rows }: Spend): Response {
  const labels = by.flatMap((one) => (one === 'key' ? ['key', 'key_name'] : [one]));
  const columns = [...labels, ...FIGURES] as (keyof Spend['rows'][0])[];
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))].map(csvLine);
  return new Response(lines.map((line) => `${line}\r\n`).join(''), {
    headers: {
      'content-type': `${CSV}; charset=utf-8; header=present`,
      'content-disposition': `attachment; filename="spend-${since}-${until}.csv"`,
    },
  });
}
