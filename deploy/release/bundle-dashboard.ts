/**
 * Bundles the dashboard's page into one file, which the executable then has within: `bun deploy/release/bundle-dashboard.ts`.
 * The same sources and packages give the same bytes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where src/server/dashboard-files.ts looks for it. */
const BUNDLE = join('.build', 'dashboard', 'page.bundle');

export async function bundleDashboard(root: string): Promise<string> {
  const folder = join(root, 'src', 'server', 'dashboard');
  const built = await Bun.build({
    entrypoints: [join(folder, 'app.tsx')],
    target: 'browser',
    minify: true,
    // The development form of JSX has the builder's paths in it.
    define: { 'process.env.NODE_ENV': '"production"' },
    jsx: { runtime: 'automatic', importSource: 'preact', development: false },
  });
  const textOf = async (extension: string): Promise<string> => {
    const output = built.outputs.find(({ path }) => path.endsWith(extension));
    if (output === undefined) throw new Error(`the bundle has no ${extension}`);
    return output.text();
  };
  const files = {
    '/': readFileSync(join(folder, 'page.html'), 'utf8'),
    '/app.js': await textOf('.js'),
    '/app.css': await textOf('.css'),
    '/icon.svg': readFileSync(join(root, 'src', 'server', 'icon.svg'), 'utf8'),
  };
  const path = join(root, BUNDLE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(files));
  return path;
}

if (import.meta.main) await bundleDashboard(join(import.meta.dir, '..', '..'));
