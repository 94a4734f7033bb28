import { createHash } from 'node:crypto';
import { ApiError } from '../protocol/api-error.ts';

/** Where the operator's page is found, and what each file is. */
export const PAGE_PATHS = {
  '/': { type: 'text/html', summary: 'the dashboard' },
  '/app.js': { type: 'text/javascript', summary: 'what the dashboard does' },
  '/app.css': { type: 'text/css', summary: 'what the dashboard looks like' },
  '/icon.svg': { type: 'image/svg+xml', summary: 'its icon' },
} as const;
type PagePath = keyof typeof PAGE_PATHS;

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

let loading: Promise<ReadonlyMap<string, PageFile>> | undefined;

/** Answers with a file of the page. Rejects with the 404 where the page is not built. */
export async function answerPage(path: string, request: Request): Promise<Response> {
  // At the first request for it: no start waits for the page.
  loading ??= loadFiles();
  const file = (await loading).get(path);
  if (file === undefined) throw new ApiError('not_found', 'The dashboard is not built; `make dashboard` does');
  const headers = {
    'content-type': `${PAGE_PATHS[path as PagePath].type}; charset=utf-8`,
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

async function loadFiles(): Promise<ReadonlyMap<string, PageFile>> {
  return new Map(Object.entries(await readBundle()).map(([path, body]) => [path, { body, etag: etagOf(body) }]));
}

async function readBundle(): Promise<Readonly<Record<string, string>>> {
  try {
    const bundle = await import('../../.build/dashboard/page.bundle', { with: { type: 'text' } });
    return JSON.parse(bundle.default) as Record<string, string>;
  } catch {
    // Within the executable it is there; beside the sources it may not be.
    return { '/': NOT_BUILT };
  }
}

function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
