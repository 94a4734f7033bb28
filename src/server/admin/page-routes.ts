import { DashboardFiles, PAGE_PATHS, type PagePath } from '../dashboard-files.ts';
import { type AdminRoute, route } from './route-table.ts';

/** The operator's page. Its files hold nothing of anybody's: what it shows it asks for with a session. */
export function pageRoutes(files = new DashboardFiles()): readonly AdminRoute[] {
  return (Object.keys(PAGE_PATHS) as PagePath[]).map((path) =>
    route({
      method: 'GET',
      path,
      guard: 'open',
      summary: PAGE_PATHS[path].summary,
      types: [PAGE_PATHS[path].type],
      handle: ({ request }) => files.answer(path, request),
    }),
  );
}
