/** Things that are the operator's and must not be read in an upstream's words. */
export interface Secrets {
  readonly host: string;
  readonly keys: readonly string[];
  /** The id the upstream knows the model by. */
  readonly model: string;
  readonly publicModel: string;
}

/** Credentials as vendors echo them, whole or masked: `sk-ab***yz`. */
const CREDENTIAL = /\b(?:(?:sk|gsk|pk|xai|key|org|proj)[-_][\w*.-]{6,}|AIza[\w*.-]{10,})/g;
/** A backslash is no part of a host, but may escape the quote behind one. */
const URL_HOST = /https?:\/\/[^\s/\\"'<>]+/g;

/** Takes the upstream's host, our key and private model ids out of a text. */
export function createRedactor(secrets: Secrets): (text: string) => string {
  const { host, keys, model, publicModel } = secrets;
  // A public id that contains the upstream's own (`openai/gpt-4o`) keeps nothing private.
  const privateModel = model !== '' && !publicModel.includes(model) ? model : undefined;
  return (text) => {
    let out = text;
    for (const key of keys) if (key !== '') out = out.replaceAll(key, '[redacted]');
    out = out.replace(CREDENTIAL, '[redacted]').replace(URL_HOST, '[upstream]');
    if (host !== '') out = out.replaceAll(host, '[upstream]');
    // By a function: a `$&` in the public id, which a client may choose, would put the private one back.
    return privateModel === undefined ? out : out.replaceAll(privateModel, () => publicModel);
  };
}
