import { createHash } from 'node:crypto';
import { ApiError } from '../protocol/api-error.ts';

/** Where the operator's page is found, and what each file is. */
export const PAGE_PATHS = {
  '/': { type: 'text/html', summary: 'the dashboard' },
  '/app.js': { type: 'text/javascript', summary: 'what the dashboard does' },
  '/app.css': { type: 'text/css', summary: 'what the dashboard looks like' },
  '/icon.svg': { type: 'image/svg+xml', summary: 'its icon' },
} as const;
export type PagePath = keyof typeof PAGE_PATHS;

interface PageFile {
  readonly body: string;
  /** Of its content, in quotes. */
  readonly etag: string;
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Token Harbor</title></head>
<body><h1>The dashboard is not built</h1>
<p>This gateway runs from its sources. In their directory run <code>make dashboard</code>, then start it again.</p>
<p>Everything else works: so do <code>/metrics</code>, <code>/api</code> and the verbs of <code>tokenharbor</code>.</p>
</body></html>
`;

/** The page's files as one JSON text. */
type BundleReader = () => Promise<string>;

/** The dashboard's files. They are read when one is first asked for: no start waits for the page. */
export class DashboardFiles {
  readonly #read: BundleReader;
  #files: Promise<ReadonlyMap<string, PageFile>> | undefined;

  constructor(read: BundleReader = readBundle) {
    this.#read = read;
  }

  /** Rejects with the 404 where the page is not built. */
  async answer(path: PagePath, request: Request): Promise<Response> {
    this.#files ??= this.#load();
    const file = (await this.#files).get(path);
    if (file === undefined) throw new ApiError('not_found', 'The dashboard is not built; `make dashboard` does that');
    const headers = {
      'content-type': `${PAGE_PATHS[path].type}; charset=utf-8`,
      // A new version is seen at once, and one that is known is not sent again.
      'cache-control': 'no-cache',
      etag: file.etag,
    };
    const isKnown =
      request.headers
        .get('if-none-match')
        ?.split(/\s*,\s*/)
        .includes(file.etag) === true;
    return isKnown ? new Response(null, { status: 304, headers }) : new Response(file.body, { headers });
  }

  async #load(): Promise<ReadonlyMap<string, PageFile>> {
    // Within the executable it is there; beside the sources it may not be.
    const text = await this.#read().catch(() => JSON.stringify({ '/': NOT_BUILT }));
    const files = Object.entries(JSON.parse(text) as Record<string, string>);
    return new Map(files.map(([path, body]) => [path, { body, etag: etagOf(body) }]));
  }
}

async function readBundle(): Promise<string> {
  return (await import('../../.build/dashboard/page.bundle', { with: { type: 'text' } })).default;
}

function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
