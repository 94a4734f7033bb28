import type { MangledCause } from './mangled-body.ts';

/** Bodies that as a whole are something else than a JSON object. */
export const OTHER_FORMAT_CAUSES: readonly MangledCause[] = [
  ({ head, bytes }) =>
    head === '' && bytes.length <= 512
      ? 'The body is empty: a variable or file was empty, curl found no file behind @, or the request was redirected and lost its body. Pass it with curl --data-binary "@body.json" and check that the file is there.'
      : undefined,
  when(
    /^@\{/,
    'This is how PowerShell prints an object. Convert it first: Invoke-RestMethod -Body ($body | ConvertTo-Json -Depth 10) -ContentType application/json.',
  ),
  when(
    /^@[\w.~/\\-]/,
    'The file\'s name arrived instead of its content: only curl\'s -d, --data-binary and --json read @file, --data-raw does not. Use curl --data-binary "@body.json" (in PowerShell in quotes, as here), or Invoke-RestMethod -InFile body.json.',
  ),
  when(
    /^%(?:7B|5B|22)/i,
    'The body is percent-encoded, as curl --data-urlencode sends it. Use curl --data-binary instead.',
  ),
  when(
    /^(?:\$[\w({]|%\w+%|\{\{ ?\w)/,
    'A variable or placeholder arrived unexpanded. Bash expands $body and $(cat file) only outside single quotes: use "$body"; PowerShell knows $body and $env:BODY, cmd.exe %BODY%. Or send a file: curl --data-binary "@body.json".',
  ),
  when(
    /^\[object \w+\]/,
    'A JavaScript object was sent as text. Pass body: JSON.stringify(body) to fetch, or give the object to the client library as JSON.',
  ),
  when(
    /^System\.(?:Collections\.|Object|String\[\])/,
    'A PowerShell object was sent as text. Convert it first: -Body ($body | ConvertTo-Json -Depth 10) -ContentType application/json.',
  ),
  when(/^(?:undefined|null|None|nil)\s*$/, 'The variable that was to hold the body was not set when it was encoded.'),
  when(
    /^</,
    'The body is HTML or XML, often the error page of an earlier request that was stored as the body. Send a JSON object with Content-Type: application/json.',
  ),
  when(
    /^--[^\r\n]{2,80}\r?\nContent-/i,
    'The body is multipart form data, as curl -F and FormData send it. Send a JSON object instead: curl --data-binary "@body.json" -H "Content-Type: application/json".',
  ),
  when(
    /^[\w.%+-]+(?:\[\w*\])*=/,
    "The body is form-encoded, as curl -d name=value, requests' data= and Invoke-RestMethod with a hashtable send it. Send one JSON object: requests.post(url, json=body), or -Body ($body | ConvertTo-Json -Depth 10) in PowerShell.",
  ),
  when(
    /^"\s*[{[]\s*\\/,
    'The body is a JSON string that contains JSON: it was encoded twice. Pass the object itself, not its text, to json=, JSON.stringify or ConvertTo-Json.',
  ),
  when(
    /^"\s*[{[]/,
    'The quotes that were to surround the body for the shell became part of it. Remove the outer double quotes, or send a file: curl --data-binary "@body.json".',
  ),
  when(
    /^\[\s*(?:\{\s*"|\])/,
    'The body is an array. Send one object that holds it: {"model": "...", "messages": [...]}.',
  ),
  when(
    /^b'/,
    'The body is the printed form of Python bytes. Send the bytes themselves, or text from json.dumps(body).',
  ),
];

function when(head: RegExp, cause: string): MangledCause {
  return (body) => (head.test(body.head) ? cause : undefined);
}
