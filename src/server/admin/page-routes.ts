import { answerPage, PAGE_PATHS } from '../dashboard-files.ts';
import { type AdminRoute, route } from './route-table.ts';

/** The operator's page. Its files hold nothing of anybody's: what it shows it asks for with a session. */
export function pageRoutes(): readonly AdminRoute[] {
  return Object.entries(PAGE_PATHS).map(([path, { type, summary }]) =>
    route({
      method: 'GET',
      path,
      guard: 'open',
      summary,
      types: [type],
      handle: ({ request }) => answerPage(path, request),
    }),
  );
}
