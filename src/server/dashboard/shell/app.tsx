import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { onSessionEnd } from '../api/request.ts';
import { logout, readSession, type Session } from '../api/session.ts';
import { FailureNotice } from '../components/notice.tsx';
import { Loading } from '../components/loading.tsx';
import { LoginPage } from '../pages/login/login-page.tsx';
import { announce } from '../state/announce.ts';
import { linkTo } from '../state/place.ts';
import { goTo, usePlace } from '../state/route.ts';
import { Announcer } from './announcer.tsx';
import { PageOf } from './page-of.tsx';
import { Shell } from './shell.tsx';

type Entry =
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly failure: ApiFailure }
  | { readonly kind: 'outside'; readonly why?: 'ended' | 'left' }
  | { readonly kind: 'inside'; readonly session: Session };

/** Who is here, and what they see of it. */
export function App() {
  const place = usePlace();
  const [entry, setEntry] = useState<Entry>({ kind: 'asking' });
  /** Where a login leads to. */
  const wanted = useRef(place.path[0] === 'login' ? '#/now' : location.hash || '#/now');
  const isLogin = place.path[0] === 'login';
  if (!isLogin) wanted.current = location.hash || '#/now';

  const ask = () => {
    readSession().then(
      (session) => setEntry(session === undefined ? { kind: 'outside' } : { kind: 'inside', session }),
      (cause: unknown) => setEntry({ kind: 'failed', failure: toFailure(cause) }),
    );
  };
  useEffect(() => {
    onSessionEnd(() => setEntry((last) => (last.kind === 'inside' ? { kind: 'outside', why: 'ended' } : last)));
    ask();
  }, []);

  const isInsideLogin = entry.kind === 'inside' && isLogin && !place.query.has('token');
  useEffect(() => {
    if (isInsideLogin) goTo('#/now');
  }, [isInsideLogin]);

  const enter = (session: Session) => {
    setEntry({ kind: 'inside', session });
    goTo(wanted.current);
    announce(`Signed in as ${session.operator}`);
  };
  const leave = () => {
    logout()
      .catch(() => undefined)
      .then(() => setEntry({ kind: 'outside', why: 'left' }))
      .then(() => {
        wanted.current = '#/now';
        goTo(linkTo(['login']));
      });
  };

  return (
    <>
      <Announcer />
      {entry.kind === 'asking' && (
        <main class="alone">
          <Loading what="your session" lines={3} />
        </main>
      )}
      {entry.kind === 'failed' && (
        <main class="alone">
          <h1 class="for-readers">Token Harbor</h1>
          <FailureNotice failure={entry.failure} what="Your session" onRetry={ask} />
        </main>
      )}
      {(entry.kind === 'outside' || (entry.kind === 'inside' && isLogin)) && (
        <LoginPage
          token={isLogin ? place.query.get('token') : null}
          why={entry.kind === 'outside' ? entry.why : undefined}
          onEnter={enter}
        />
      )}
      {entry.kind === 'inside' && !isLogin && (
        <Shell
          session={entry.session}
          page={place.path[0] ?? 'now'}
          onSession={(session) => setEntry({ kind: 'inside', session })}
          onLogout={leave}
        >
          <PageOf place={place} />
        </Shell>
      )}
    </>
  );
}
