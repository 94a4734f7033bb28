/** The harbour's mark, which is the icon too: a lighthouse over water. Its name stands beside it. */
export function Logo() {
  return <img class="logo" src="/icon.svg" alt="" width={32} height={32} />;
}
