import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Session } from '../api/session.ts';
import { Logo } from '../components/logo.tsx';
import { Navigation } from './navigation.tsx';
import { OperatorMenu } from './operator-menu.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { SkipLink } from './skip-link.tsx';

interface ShellProps {
  readonly session: Session;
  readonly page: string;
  readonly onSession: (session: Session) => void;
  readonly onLogout: () => void;
  readonly children: ComponentChildren;
}

/** What stands around every page. */
export function Shell({ session, page, onSession, onLogout, children }: ShellProps) {
  const [asksPassword, setAsksPassword] = useState(false);
  return (
    <div class="shell">
      <SkipLink />
      <header class="bar">
        <a class="brand" href="#/now" aria-label="Token Harbor">
          <Logo />
          <span>Token Harbor</span>
        </a>
        <Navigation current={page} />
        <OperatorMenu session={session} onPassword={() => setAsksPassword(true)} onLogout={onLogout} />
      </header>
      <main id="main" class="main" tabIndex={-1}>
        {children}
      </main>
      {asksPassword && (
        <PasswordDialog
          session={session}
          onClose={() => setAsksPassword(false)}
          onDone={() => {
            setAsksPassword(false);
            onSession({ ...session, has_password: true });
          }}
        />
      )}
    </div>
  );
}
