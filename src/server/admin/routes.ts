import { type AccountServices, accountsRoutes } from './accounts-routes.ts';
import { type HealthServices, healthRoutes } from './health-routes.ts';
import { type KeyServices, keysRoutes } from './keys-routes.ts';
import { type LoginServices, loginRoutes } from './login-routes.ts';
import { openApiOf } from './openapi.ts';
import { type PlaygroundServices, playgroundRoutes } from './playground-routes.ts';
import { type AdminRoute, route } from './route-table.ts';

/** What the routes ask of the rest of the gateway, each subject's in its own file. */
export interface AdminServices
  extends
    HealthServices,
    LoginServices,
    AccountServices,
    Omit<KeyServices, 'stores'>,
    Omit<PlaygroundServices, 'stores'> {
  /** Of what operators may look at. */
  readonly readings: readonly AdminRoute[];
}

/** Every route of the admin listener. */
export function adminRoutes(services: AdminServices): readonly AdminRoute[] {
  const routes: AdminRoute[] = [
    ...healthRoutes(services),
    ...loginRoutes(services),
    ...keysRoutes(services),
    ...accountsRoutes(services),
    ...playgroundRoutes(services),
    ...services.readings,
  ];
  routes.push(
    route({
      method: 'GET',
      path: '/openapi.json',
      guard: 'open',
      summary: 'this document',
      types: ['application/json'],
      // Of the whole table, this row included.
      handle: () => Response.json(openApiOf(routes, services.version)),
    }),
  );
  return routes;
}
