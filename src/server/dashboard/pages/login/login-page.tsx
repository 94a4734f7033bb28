import { useEffect, useRef } from 'preact/hooks';
import { loginByLink, type Session } from '../../api/session.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Loading } from '../../components/loading.tsx';
import { Logo } from '../../components/logo.tsx';
import { Notice } from '../../components/notice.tsx';
import { useSubmission } from '../../state/submit.ts';
import { PasswordForm } from './password-form.tsx';

const COMMAND = 'tokenharbor admin token';

interface LoginPageProps {
  /** Of a one-time link. */
  readonly token: string | null;
  readonly why: 'ended' | 'left' | undefined;
  readonly onEnter: (session: Session) => void;
}

export function LoginPage({ token, why, onEnter }: LoginPageProps) {
  const { isBusy, failure, run } = useSubmission();
  const spent = useRef<string>(undefined);
  useEffect(() => {
    document.title = 'Sign in · Token Harbor';
    if (token === null || token === spent.current) return;
    spent.current = token;
    // It works once; what is left of it in the browser's history is of no use to anybody, and still not theirs to see.
    history.replaceState(null, '', '#/login');
    void run(async () => onEnter(await loginByLink(token)));
  }, [token]);
  return (
    <main class="alone">
      <div class="login">
        <header class="login-head">
          <Logo />
          <h1>Token Harbor</h1>
        </header>
        {why === 'ended' && (
          <Notice tone="accent" title="Your session ended" icon="lock">
            Sign in again; you come back to where you were.
          </Notice>
        )}
        {why === 'left' && <Notice tone="accent" title="You are logged out" icon="check" />}
        {isBusy && <Loading what="your one-time link" lines={2} />}
        {failure !== undefined && (
          <Notice tone="bad" title="The one-time link does not work">
            {failure.message}. A link works once, and for 15 minutes. Make another one as shown below.
          </Notice>
        )}
        <section aria-labelledby="by-link">
          <h2 id="by-link">With a one-time link</h2>
          <p class="hint">Run this where the gateway runs, and open the link it prints:</p>
          <div class="command">
            <code>{COMMAND}</code>
            <CopyButton text={COMMAND} what="the command" />
          </div>
        </section>
        <section aria-labelledby="by-password">
          <h2 id="by-password">With your password</h2>
          <PasswordForm onEnter={onEnter} />
        </section>
      </div>
    </main>
  );
}
