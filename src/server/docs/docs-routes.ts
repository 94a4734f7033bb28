import { unknownUrl } from '../unknown-url.ts';
import type { Model } from '../../gateway/routing/catalogue.ts';
import { openApiDocument } from '../openapi/document.ts';
import { OPERATIONS } from '../openapi/operations.ts';
import type { Call, Route } from '../route-table.ts';
import { type Arrival, baseUrlOf } from './base-url.ts';
import { exampleModel } from './example-model.ts';
import { PAGE_FILES } from './files.ts';
import { modelTable } from './model-table.ts';
import { createPage } from './render-page.ts';

export interface DocsServices {
  /** As the configuration has it at the time. */
  readonly docs: () => { readonly enabled: boolean; readonly models: 'key' | 'open' };
  /** The models that the caller may use; every one where it is not known who calls. */
  readonly models: (call: Call) => readonly Model[];
  readonly arrival: (request: Request) => Arrival;
  /** All rows of the table that these belong to. */
  readonly routes: () => readonly Route[];
}

const HTML = 'text/html; charset=utf-8';

/** Nothing but what this listener serves is loaded, run, asked or framed. */
const GUARDED = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  // Another version of the program, or another configuration, has another page.
  'cache-control': 'no-cache',
};

/** One reader's own, by its host and its key. */
const PRIVATE = { ...GUARDED, 'cache-control': 'no-store' };

/** The routes of the documentation. */
export function docsRoutes({ docs, models, arrival, routes }: DocsServices): readonly Route[] {
  let page: ReturnType<typeof createPage> | undefined;
  let document: string | undefined;

  const showPage = (call: Call): Response => {
    const served = models(call);
    const shown = docs().models === 'open' ? served : undefined;
    page ??= createPage(routes());
    const text = page({
      base: baseUrlOf(call.request, arrival(call.request)),
      model: exampleModel(served, shown ?? []),
      models: shown,
    });
    return call.exchange.text(text, HTML, PRIVATE);
  };

  const showOpenApi = ({ request, exchange }: Call): Response => {
    // All but where it is served is the same for all readers, and long.
    document ??= JSON.stringify(openApiDocument(routes())).slice(1);
    const servers = JSON.stringify([{ url: baseUrlOf(request, arrival(request)) }]);
    return exchange.text(`{"servers":${servers},${document}`, 'application/json', PRIVATE);
  };

  const showFile = (call: Call): Response => {
    const { pathname } = new URL(call.request.url);
    const file = PAGE_FILES.get(pathname.slice('/docs/'.length));
    if (file === undefined) throw unknownUrl('GET', pathname);
    return call.exchange.text(file.text, file.type, GUARDED);
  };

  const ifEnabled =
    (handle: (call: Call) => Response) =>
    (call: Call): Response => {
      if (!docs().enabled) throw unknownUrl('GET', new URL(call.request.url).pathname);
      return handle(call);
    };
  const common = { method: 'GET', aliases: [], shape: 'header' } as const;
  return [
    { ...common, path: '/docs', guard: 'open', doc: OPERATIONS.docs, handle: ifEnabled(showPage) },
    {
      ...common,
      path: '/docs/models',
      guard: 'key',
      doc: OPERATIONS.docsModels,
      handle: ifEnabled((call) => call.exchange.text(modelTable(models(call)).text, HTML, PRIVATE)),
    },
    { ...common, path: '/docs/*', guard: 'open', doc: OPERATIONS.docsFile, handle: ifEnabled(showFile) },
    { ...common, path: '/openapi.json', guard: 'open', doc: OPERATIONS.openapi, handle: ifEnabled(showOpenApi) },
  ];
}
