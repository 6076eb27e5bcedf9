/** What a secret looks like wherever it stands, and what is shown in its place. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  // A JSON web token: two parts of JSON in base64, and a signature.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g, '[token]'],
  [/\b(Bearer|Basic|NTLM|Negotiate)\s+[\w.~+/=-]{16,}/gi, '$1 [token]'],
  [
    /\b((?:client_|app_?|bot_?)?secret|password|passphrase|pwd|(?:access|refresh|id)_token|(?:client_)?assertion|api[_-]?key|code_verifier)(["']?\s*[=:]\s*["']?)[^\s"'&,;<]{4,}/gi,
    '$1$2[secret]',
  ],
  [/\bx(?:ox[a-z]|app)-[\w-]{6,}/g, '[token]'],
  // The key of a signed link lies in its query; of an address with a name and a password, before its host.
  [/\b([a-z][\w+.-]*:\/\/)[^\s/@"'<>]*@/gi, '$1'],
  [/(\bhttps?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, '$1'],
  // A telephone number in full.
  [/(?<![\w+])\+[1-9]\d{7,14}(?![\d*])/g, '[number]'],
];

/** A text that somebody else wrote, without what looks like a secret: it may repeat what it was sent. */
export function withoutSecrets(text: string): string {
  return LOOKS.reduce((left, [look, shown]) => left.replace(look, shown), text);
}

/** The same without these very secrets too, also as addresses write them. */
export function withoutThese(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret.length >= 6)
    .sort((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
}
