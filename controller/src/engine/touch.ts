import type { Destination } from '../kinds/kind.ts';

/** Something that happened to objects in AWS, as an event told. It says where to look, never what is there. */
export interface Touch {
  readonly destination: Destination;
  /** ARNs, or names where AWS gives no ARN, of everything that the event is about. */
  readonly objects: readonly string[];
  /** Who did it, where the event says so: the ARN of the user or the role session. */
  readonly principal?: string;
  /** When it happened, by AWS's clock. */
  readonly at: Date;
  /** When the event was received, by ours: figures count from here, because events come late. */
  readonly receivedAt: Date;
  /** The call or state change, such as `UpdateService` or `ECS Deployment State Change`. */
  readonly event: string;
}

/** Who hears of touches: the controller marks the resources that they are about, and looks at those alone. */
export type TouchSink = (touch: Touch) => void;
