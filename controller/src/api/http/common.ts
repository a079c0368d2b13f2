/** Where the next page of a list begins, as in Kubernetes' lists. */
export interface ListMeta {
  /** What `continue` has to be to get the next page. Absent on the last one. */
  continue?: string;
  /**
   * How many more there are. Absent where counting them would need more than the page.
   * @asType integer
   */
  remainingItemCount?: number;
}

/** How a list is paged. */
export interface PageQuery {
  /**
   * How many at most.
   * @asType integer
   * @minimum 1
   * @maximum 500
   * @default 100
   */
  limit?: number;
  /**
   * `metadata.continue` of the page before.
   * @maxLength 1024
   */
  continue?: string;
}

/**
 * What every refused or failed request answers, as `application/problem+json`.
 * https://www.rfc-editor.org/rfc/rfc9457
 */
export interface ProblemDetails {
  /** `urn:longshore:problem:<code>`. */
  type: string;
  /** The words of the HTTP status. */
  title: string;
  /**
   * The HTTP status.
   * @asType integer
   */
  status: number;
  /** What was found, what was expected, what to do. */
  detail: string;
  /** A stable word in CamelCase, such as `OperationInProgress`; docs/api.md lists them. */
  code: string;
  /** Names this request in the controller's log. */
  instance: string;
  /** Each thing that is wrong with a manifest, where the code is `InvalidInput`. */
  problems?: InputProblem[];
}

/** One thing that is wrong with a manifest. */
export interface InputProblem {
  /** Relative to the repository. */
  file: string;
  /**
   * From 1.
   * @asType integer
   */
  line: number;
  /**
   * From 1.
   * @asType integer
   */
  column: number;
  /** JSON pointer into the document. */
  path: string;
  /** What was found and what was expected. */
  message: string;
}
