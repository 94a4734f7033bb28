import { useEffect, useState } from 'preact/hooks';
import { announce } from '../state/announce.ts';
import { copyText } from '../state/copy-text.ts';
import { Button } from './button.tsx';

export function CopyButton({
  text,
  what,
  small = true,
  kind = 'plain',
}: {
  readonly text: string;
  readonly what: string;
  readonly small?: boolean;
  readonly kind?: 'plain' | 'quiet';
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), 2500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const copied = await copyText(text);
    setState(copied ? 'copied' : 'failed');
    announce(copied ? `Copied ${what}` : `This browser does not let the page copy; select ${what} and copy it by hand`);
  };
  const word = { idle: 'Copy', copied: 'Copied', failed: 'Select and copy by hand' }[state];
  return (
    <Button
      kind={kind}
      small={small}
      icon={state === 'copied' ? 'check' : 'copy'}
      label={state === 'idle' ? `Copy ${what}` : word}
      onClick={() => void copy()}
    >
      {word}
    </Button>
  );
}
