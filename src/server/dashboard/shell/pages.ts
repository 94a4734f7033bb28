import type { IconName } from '../components/icon-paths.ts';

export interface PageLink {
  /** The first part of the path. */
  readonly name: string;
  readonly title: string;
  /** On a narrow screen. */
  readonly short: string;
  readonly icon: IconName;
}

export const PAGES: readonly PageLink[] = [
  { name: 'now', title: 'Now', short: 'Now', icon: 'now' },
  { name: 'spend', title: 'Spend', short: 'Spend', icon: 'spend' },
  { name: 'requests', title: 'Requests', short: 'Requests', icon: 'requests' },
  { name: 'keys', title: 'Keys and accounts', short: 'Keys', icon: 'keys' },
  { name: 'models', title: 'Models and routes', short: 'Models', icon: 'models' },
  { name: 'playground', title: 'Playground', short: 'Playground', icon: 'playground' },
];
