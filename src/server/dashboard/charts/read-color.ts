/** A colour of the style sheet as a canvas takes it, in the theme that is shown. */
export function readColor(host: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
