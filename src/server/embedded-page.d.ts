/** The dashboard's files as one JSON text, made by deploy/release/bundle-dashboard.ts. */
declare module '*.bundle' {
  const text: string;
  export default text;
}
