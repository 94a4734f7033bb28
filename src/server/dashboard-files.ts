import { createHash } from 'node:crypto';

/** A file of the operator's page, as it is answered with. */
export interface PageFile {
  readonly body: string;
  readonly type: string;
  /** Of its content, in quotes. */
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Where the page is found: these paths are open to whoever reaches the listener, and have nothing that is anybody's. */
export const PAGE_PATHS = ['/', '/app.js', '/app.css', '/icon.svg'] as const;

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Token Harbor</title></head>
<body><h1>The dashboard is not built</h1>
<p>This gateway runs from its sources. In their directory run <code>make dashboard</code>, then start it again.</p>
<p>Everything else works: so do <code>/metrics</code>, <code>/api</code> and the verbs of <code>tokenharbor</code>.</p>
</body></html>
`;

let loading: Promise<ReadonlyMap<string, PageFile>> | undefined;

/** The page's files by their paths. They are read when they are first asked for, so that no start waits for them. */
export function loadDashboard(): Promise<ReadonlyMap<string, PageFile>> {
  loading ??= readBundle().then(
    (files) => new Map(Object.entries(files).map(([path, body]) => [path, describe(path, body)])),
  );
  return loading;
}

/** Answers for one of {@link PAGE_PATHS}; undefined where the page has no such file. */
export async function answerPage(path: string, request: Request): Promise<Response | undefined> {
  const file = (await loadDashboard()).get(path);
  if (file === undefined) return undefined;
  // A new version is seen at once, and one that is known is not sent again.
  const headers = { 'content-type': file.type, 'cache-control': 'no-cache', etag: file.etag };
  const isKnown =
    request.headers
      .get('if-none-match')
      ?.split(/\s*,\s*/)
      .includes(file.etag) === true;
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(file.body, { headers });
}

async function readBundle(): Promise<Readonly<Record<string, string>>> {
  try {
    const bundle = await import('../../.build/dashboard/page.bundle', { with: { type: 'text' } });
    return JSON.parse(bundle.default) as Record<string, string>;
  } catch {
    // Within the executable it is there; from the sources it may not be built.
    return { '/': NOT_BUILT };
  }
}

function describe(path: string, body: string): PageFile {
  const extension = path === '/' ? 'html' : path.slice(path.lastIndexOf('.') + 1);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type: TYPES[extension] ?? 'application/octet-stream', etag };
}
