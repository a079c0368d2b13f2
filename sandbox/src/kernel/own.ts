/**
 * The entry of a record that a caller's text names: a name such as `constructor`, which every object answers to, is
 * there only when somebody put it there.
 */
export function own<T>(record: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
