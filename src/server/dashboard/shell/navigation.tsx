import { Icon } from '../components/icon.tsx';
import { PAGES } from './pages.ts';

export function Navigation({ current }: { readonly current: string }) {
  return (
    <nav class="navigation" aria-label="Pages">
      <ul>
        {PAGES.map(({ name, title, short, icon }) => (
          <li key={name}>
            <a href={`#/${name}`} aria-current={name === current ? 'page' : undefined} aria-label={title}>
              <Icon name={icon} />
              <span class="navigation-title">{title}</span>
              <span class="navigation-short">{short}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
