/** Files of the documentation page, imported as text. */
declare module '*/page.css' {
  const text: string;
  export default text;
}
declare module '*/page.js' {
  const text: string;
  export default text;
}
declare module '*/icon.svg' {
  const text: string;
  export default text;
}
