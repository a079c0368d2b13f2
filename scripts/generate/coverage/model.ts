/**
 * Where the input members of one AWS operation are in our kinds. Keys are members as `membersOf` names them. A key that
 * ends in `.*` stands for everything below it, for subtrees that keep AWS's names: `a[].*` in `X[].*` places `a[].b` at
 * `X[].b`. The longest key that fits decides.
 */
export interface OperationCoverage {
  /** Name in AWS's API. */
  readonly operation: string;
  /** Member to its place, or its places, beginning with the kind: `Service.spec.task.cpu`. */
  readonly places: Readonly<Record<string, string | readonly string[]>>;
  /** Member (or `member.*`) to the reason why manifests have no word for it. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** What the operations of one AWS service take. */
export interface ServiceCoverage {
  /** For people: `Amazon ECS`. */
  readonly title: string;
  /** The module of the SDK client, which exports the schema of each operation as `<Operation>$`. */
  readonly sdk: Readonly<Record<string, unknown>>;
  readonly operations: readonly OperationCoverage[];
}
