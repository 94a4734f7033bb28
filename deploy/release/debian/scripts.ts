/** What the package does around its files. The service is neither enabled nor started: its configuration comes first. */

const postinst = `#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload || true
    # An upgrade: what runs goes on with the new version, once its requests in flight have ended.
    if [ -n "\${2:-}" ]; then
        systemctl try-restart tokenharbor.service || true
    fi
fi
`;

const prerm = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl --no-reload disable --now tokenharbor.service || true
fi
`;

/** Keys and the ledger in /var/lib/tokenharbor stay, whatever is removed: they are bills. */
const postrm = `#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload || true
fi
`;

export const SCRIPTS = { postinst, prerm, postrm } as const;
