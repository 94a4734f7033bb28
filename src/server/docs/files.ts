import icon from '../icon.svg' with { type: 'text' };
import script from './page.js' with { type: 'text' };
import style from './page.css' with { type: 'text' };

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** What the page needs beside itself, by its name below `/docs/`. */
export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map([
  ['page.css', { type: 'text/css; charset=utf-8', text: style }],
  ['page.js', { type: 'text/javascript; charset=utf-8', text: script }],
  ['icon.svg', { type: 'image/svg+xml', text: icon }],
]);
