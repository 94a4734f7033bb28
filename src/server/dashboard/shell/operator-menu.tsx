import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Session } from '../api/session.ts';
import { Button } from '../components/button.tsx';
import { Choice } from '../components/choice.tsx';
import { Icon } from '../components/icon.tsx';
import { chooseTheme, readTheme } from '../state/theme.ts';

interface OperatorMenuProps {
  readonly session: Session;
  readonly onPassword: () => void;
  readonly onLogout: () => void;
}

/** Theme, password, logout. Escape and a click elsewhere close it. */
export function OperatorMenu({ session, onPassword, onLogout }: OperatorMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const [theme, setTheme] = useState(readTheme);
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!isOpen) return undefined;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && frame.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, [isOpen]);
  return (
    <div
      ref={frame}
      class="operator-menu"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        class="operator-button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="operator" />
        <span class="operator-name">{session.operator}</span>
        <span class="for-readers">, your menu</span>
      </button>
      <div id={id} class="operator-panel" hidden={!isOpen}>
        <Choice
          legend="Theme"
          showLegend
          value={theme}
          options={[
            ['system', 'System', 'system'],
            ['light', 'Light', 'light'],
            ['dark', 'Dark', 'dark'],
          ]}
          onChange={(next) => {
            setTheme(next);
            chooseTheme(next);
          }}
        />
        <Button
          kind="quiet"
          icon="lock"
          onClick={() => {
            setOpen(false);
            onPassword();
          }}
        >
          {session.has_password ? 'Change password' : 'Set a password'}
        </Button>
        <Button kind="quiet" icon="logout" onClick={onLogout}>
          Log out
        </Button>
        {session.version !== undefined && <p class="hint">Token Harbor {session.version}</p>}
      </div>
    </div>
  );
}
