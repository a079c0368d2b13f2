import type { AwsContext } from '../aws/context.ts';
import type { Driver } from '../core/driver.ts';
import type { Finding, LintContext } from '../core/lint.ts';
import type { Ref } from '../core/manifest.ts';

/** Who has to be there first. Whoever needs X also waits for everything that serves X. */
export interface Edges {
  readonly needs: readonly Ref[];
  /** A listener that forwards to a target group serves it: a Service on that target group waits for the listener. */
  readonly serves: readonly Ref[];
}

/** One statement of the IAM policy that the controller needs. */
export interface IamStatement {
  /** What it is for, where it may be left out of the policy: it is not merged with the others then. */
  readonly sid?: string;
  readonly actions: readonly string[];
  /** ARN patterns; `*` where the action knows no resources. */
  readonly resources: readonly string[];
}

/** Where a resource is going to live. */
export interface Destination {
  readonly accountId: string;
  readonly region: string;
}

/** All that a kind says of a manifest without asking AWS. `validate` and `iam-policy` load this alone, which is quick. */
export interface OfflineKind<Spec> {
  readonly name: string;
  /** Order of removal when the graph is gone with the manifests: lower goes first. */
  readonly removalRank: number;
  edges(spec: Spec): Edges;
  lint(spec: Spec, context: LintContext): readonly Finding[];
  /** The least that the controller may do for this manifest. `application` is needed for derived names. */
  iam(spec: Spec, application: string, destination: Destination): readonly IamStatement[];
}

/** One kind of the API and everything that the rest has to know of it. */
export interface Kind<Spec, Live> extends OfflineKind<Spec> {
  driver(aws: AwsContext): Driver<Spec, Live>;
}
