/**
 * How long each step of a task takes, in milliseconds of sandbox time. AWS documents the steps (developer guide,
 * "Task lifecycle"), not their durations; these are what small Fargate tasks usually take.
 */
export const durations = {
  /** PROVISIONING: the network interface is made. */
  provision: 8_000,
  /** PENDING: secrets, log streams and images are fetched. A container then takes its behaviour's `startMs`. */
  pull: 4_000,
  /** ACTIVATING: targets are registered. */
  activate: 1_000,
  /** Between looks at whether a draining target is gone, in DEACTIVATING. */
  drainPoll: 2_000,
  /** A simulated container ends this long after SIGTERM. */
  exit: 1_000,
  /** DEPROVISIONING: the network interface is deleted. */
  deprovision: 8_000,
  /** "Stopped tasks only appear ... for at least 1 hour". Source: "Viewing Amazon ECS stopped task errors". */
  keepStopped: 3_600_000,
} as const;

/** Seconds between SIGTERM and SIGKILL when the container definition has no stopTimeout. Source: API_ContainerDefinition. */
export const defaultStopTimeoutSeconds = 30;
