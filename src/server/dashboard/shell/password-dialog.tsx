import { useState } from 'preact/hooks';
import { type Session, setPassword } from '../api/session.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { faultOf } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { TextField } from '../components/text-field.tsx';
import { announce } from '../state/announce.ts';
import { useSubmission } from '../state/submit.ts';

const MIN_LENGTH = 12;

interface PasswordDialogProps {
  readonly session: Session;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function PasswordDialog({ session, onDone, onClose }: PasswordDialogProps) {
  const [current, setCurrent] = useState('');
  const [password, setNew] = useState('');
  const { isBusy, failure, run } = useSubmission();
  const save = async () => {
    await setPassword(password, current === '' ? undefined : current);
    announce('The password is set');
    onDone();
  };
  return (
    <Dialog title={session.has_password ? 'Change password' : 'Set a password'} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(save);
        }}
      >
        <p class="hint">
          It signs {session.operator} in without a link. Every other session of {session.operator} ends.
        </p>
        <input
          class="off-screen"
          type="text"
          name="username"
          autocomplete="username"
          value={session.operator}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        {session.has_password && (
          <TextField
            label="Current password"
            type="password"
            autocomplete="current-password"
            value={current}
            onInput={setCurrent}
            hint="Not needed right after a one-time link."
            fault={faultOf(failure, 'current')}
          />
        )}
        <TextField
          label="New password"
          type="password"
          autocomplete="new-password"
          required
          minLength={MIN_LENGTH}
          value={password}
          onInput={setNew}
          hint={`At least ${MIN_LENGTH} characters.`}
          fault={faultOf(failure, 'password')}
        />
        {failure !== undefined && failure.param === undefined && (
          <Notice tone="bad" title="The password was not set">
            {failure.message}
          </Notice>
        )}
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            Save password
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
