import { useState } from 'preact/hooks';
import type { ApiFailure } from '../../api/failure.ts';
import { loginByPassword, type Session } from '../../api/session.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useSubmission } from '../../state/submit.ts';

export function PasswordForm({ onEnter }: { readonly onEnter: (session: Session) => void }) {
  const [operator, setOperator] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, failure, run } = useSubmission();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(async () => onEnter(await loginByPassword(operator.trim(), password)));
      }}
    >
      <TextField
        label="Operator"
        name="username"
        autocomplete="username"
        required
        value={operator}
        onInput={setOperator}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onInput={setPassword}
      />
      {failure !== undefined && (
        <Notice tone="bad" title="You are not signed in">
          {failure.message}
          {adviceOn(failure)}
        </Notice>
      )}
      <Button kind="primary" type="submit" isBusy={isBusy}>
        Sign in
      </Button>
    </form>
  );
}

function adviceOn({ status }: ApiFailure): string {
  if (status === 401) return '. An operator without a password signs in with a one-time link.';
  return status === 429 ? '. Wait a moment, or sign in with a one-time link.' : '';
}
