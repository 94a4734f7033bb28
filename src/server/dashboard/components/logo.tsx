/** The harbour's mark: a lamp over water. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="logo-light" d="M16 8.500L4.500 5.500v6zM16 8.500l11.500-3v6z" />
      <path
        class="logo-tower"
        d="M14 11.500h4l1.300 9.500h-6.600zM13 11.500h6M14.300 11.500v-4h3.400v4M16 4.800v2.700"
      />
      <path
        class="logo-water"
        d="M3.500 23c2.100 1.900 4.200 1.900 6.300.3 2.100-1.600 4.200-1.600 6.200 0 2.100 1.600 4.200 1.600 6.300 0 2-1.600 4.100-1.600 6.200.3M8 27.300c1.400 1 2.700 1 4 0 1.300-1 2.700-1 4 0 1.300 1 2.700 1 4 0 1.300-1 2.600-1 4 0"
      />
    </svg>
  );
}
