import { readClientsUrl } from '../../api/session.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { clientsAddress } from './clients-address.ts';
import { curlOf } from './curl.ts';
import { bodyOf, type Draft } from './draft.ts';

export function CurlLine({ draft }: { readonly draft: Draft | undefined }) {
  if (draft === undefined) return <p class="hint answer-text">Send a request, and the same for a shell stands here.</p>;
  const line = curlOf({
    address: clientsAddress(readClientsUrl(), location.hostname),
    shape: draft.shape,
    body: bodyOf(draft),
  });
  return (
    <div class="curl">
      <pre class="raw" tabIndex={0} aria-label="The same request with curl">
        {line}
      </pre>
      <CopyButton text={line} what="the curl line" />
    </div>
  );
}
