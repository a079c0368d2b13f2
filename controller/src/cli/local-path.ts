/** True for `.`, `../deploy`, `/srv/deploy`, `deploy`; false for `https://...`, `file://...`, `git@host:path`. */
export function isLocalPath(repoURL: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//iu.test(repoURL) && !/^[^/]+:/u.test(repoURL);
}
