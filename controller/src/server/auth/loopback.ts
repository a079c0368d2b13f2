/** True for a host that only this machine reaches: https://www.rfc-editor.org/rfc/rfc6890 127.0.0.0/8, ::1, and localhost. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(?<inner>.*)\]$/u, '$<inner>').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(name);
}

/** The host of a `Host` header, without its port. */
export function hostOf(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/u, '');
}
