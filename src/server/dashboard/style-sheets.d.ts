/** Style sheets are bundled into app.css; importing one has no value. */
declare module '*.css';
