/** What stands in place of something that looks like a secret. */
const HIDDEN = '(hidden)';

/** Forms of secrets in log lines, and what of them may stay. */
const FORMS: readonly { readonly form: RegExp; readonly shown: string }[] = [
  // password=..., "api_key": "...", Authorization: Bearer ...
  {
    form: /((?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization)["']?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    shown: `$1${HIDDEN}`,
  },
  { form: /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, shown: `$1 ${HIDDEN}` },
  // scheme://user:password@host
  { form: /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi, shown: `$1${HIDDEN}@` },
  // Access key ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  { form: /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, shown: HIDDEN },
  // JSON Web Tokens
  { form: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, shown: HIDDEN },
  { form: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, shown: HIDDEN },
];

/** A log line without what looks like a secret. */
export function withoutSecrets(line: string): string {
  return FORMS.reduce((text, { form, shown }) => text.replaceAll(form, shown), line);
}
