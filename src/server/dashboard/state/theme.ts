import { useEffect, useState } from 'preact/hooks';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'tokenharbor.theme';
const CHANGED = 'tokenharbor:theme';

/** What was chosen on this browser. */
export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED);
    return THEMES.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
  applyTheme(theme);
  window.dispatchEvent(new Event(CHANGED));
}

/** Counts the changes of the colours, whoever made them: a canvas has to be drawn again. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const count = () => setChanges((last) => last + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', count);
    window.addEventListener(CHANGED, count);
    return () => {
      system.removeEventListener('change', count);
      window.removeEventListener(CHANGED, count);
    };
  }, []);
  return changes;
}
