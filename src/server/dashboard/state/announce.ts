const SAID = 'tokenharbor:say';

/** Has a screen reader say something once it is done with what it says now. */
export function announce(text: string): void {
  window.dispatchEvent(new CustomEvent(SAID, { detail: text }));
}

export function onAnnounce(listener: (text: string) => void): () => void {
  const hear = (event: Event) => listener((event as CustomEvent<string>).detail);
  window.addEventListener(SAID, hear);
  return () => window.removeEventListener(SAID, hear);
}
