const MASK = '[redacted]';

/** Shorter ones would take harmless text away with them. */
const MIN_SECRET_CHARS = 6;

/**
 * The shapes of tokens, whoever they belong to: one that somebody pastes into a command is a secret too. Each pattern is
 * linear: what it repeats cannot match in two ways.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // Slack's tokens, and its response URLs, with which anyone may answer.
  [/\bx(?:ox[a-z]|app)(?:-[A-Za-z0-9]+)+/g, MASK],
  [/\bhooks\.slack(?:-gov)?\.com\/[\w/-]+/g, `hooks.slack.com/${MASK}`],
  // Discord's bot tokens: id, time and signature; and the tokens of interactions and webhooks in paths.
  [/\b[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,50}/g, MASK],
  [/(\/(?:webhooks|interactions)\/\d{1,25}\/)[\w%-]{20,}/g, `$1${MASK}`],
  [/\bhf_[A-Za-z0-9]{16,}/g, MASK],
  [/\bgh[a-z]_\w{20,}/g, MASK],
  [/\bgithub_pat_\w{20,}/g, MASK],
  [/\bsk-[\w-]{16,}/g, MASK],
  // X's bearer tokens begin with 20 As and more; its OAuth 1 tokens, and Reddit's, with the account's number.
  [/\bA{20}[\w%+/=-]{30,}/g, MASK],
  [/\b\d{8,20}-[A-Za-z][\w-]{24,60}/g, MASK],
  // What signs a request to X (RFC 5849, section 3.5.1), in JSON with escaped quotes.
  [/\b(oauth_(?:consumer_key|token|signature)=(?:\\?"|%22)?)[\w%.~+/=-]{8,}/g, `$1${MASK}`],
  // JSON Web Tokens, as Reddit's bearer tokens are.
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g, MASK],
  [/\b(Bearer|Bot|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  // Passwords in URLs, a database's above all, and the signatures that open private files.
  [/(:\/\/[^\s:/?#@"\\]{0,200}:)[^\s/?#@"\\]{1,500}@/g, `$1${MASK}@`],
  [/([?&](?:hm|sig|signature|token|key)=)[\w%.~-]{8,}/gi, `$1${MASK}`],
];

/**
 * Makes a function that takes secrets out of text.
 *
 * @param secrets values that must not be seen; they are looked for as they are, as JSON and as URLs write them
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter(secret => secret.length >= MIN_SECRET_CHARS)
    .flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  // The longest first: one may be part of another.
  const known = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return text => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, MASK);
    for (const [shape, mask] of SHAPES) clean = clean.replace(shape, mask);
    return clean;
  };
}
