import type { NewKey } from '../../api/keys.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';

/** The one time a key's secret is shown. */
export function SecretDialog({ made, onClose }: { readonly made: NewKey; readonly onClose: () => void }) {
  return (
    <Dialog title={`The key ${made.name}`} onClose={onClose} mustAnswer>
      <div class="dialog-body">
        <Notice tone="warn" title="Copy it now: it is not shown again">
          The gateway keeps a digest alone, and cannot tell the key to anybody, you included.
        </Notice>
        <div class="secret">
          <code class="secret-text" tabIndex={0} aria-label="The key">
            {made.key}
          </code>
          <CopyButton text={made.key} what="the key" small={false} />
        </div>
      </div>
      <footer class="dialog-foot">
        <Button kind="primary" onClick={onClose}>
          I have stored it
        </Button>
      </footer>
    </Dialog>
  );
}
