import { useEffect, useState } from 'preact/hooks';
import { onAnnounce } from '../state/announce.ts';

/** The one region that speaks by itself; what changes each second is not in it. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => onAnnounce(setText), []);
  return (
    <div class="for-readers" role="status" aria-live="polite">
      {text}
    </div>
  );
}
