import { arnOf } from '../../kernel/arn.ts';
import { own } from '../../kernel/own.ts';
import { AwsError } from '../../kernel/service.ts';
import type { Scope, World } from '../../kernel/world.ts';

/** A log event. Times in milliseconds since the epoch. */
export interface LogEvent {
  /** 56 digits that grow with the timestamp, then with the order of arrival. */
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** In order of id. */
  events: LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly class: string;
  readonly kmsKeyId?: string;
  deletionProtected: boolean;
  retentionInDays?: number;
  readonly streams: Record<string, LogStream>;
}

interface LogsState {
  readonly groups: Record<string, LogGroup>;
  /** Events so far, for their ids. */
  events: number;
}

/** The logs of a place. */
export function logsOf(world: World, scope: Scope): LogsState {
  return world.slice(scope, 'logs', () => ({ groups: {}, events: 0 }));
}

/** ARN of a group as the tagging operations take it: without the `:*` behind it. */
export function groupArn(scope: Scope, name: string): string {
  return arnOf('logs', scope, `log-group:${name}`);
}

/** The group of a name or ARN. Throws ResourceNotFoundException. */
export function groupOf(world: World, scope: Scope, nameOrArn: string | undefined): LogGroup {
  const prefix = groupArn(scope, '');
  const name = nameOrArn?.startsWith(prefix) ? nameOrArn.slice(prefix.length).replace(/:\*$/, '') : nameOrArn;
  const group = own(logsOf(world, scope).groups, name);
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** The stream of that name. Throws ResourceNotFoundException. */
export function streamOf(group: LogGroup, name: string | undefined): LogStream {
  const stream = own(group.streams, name);
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

/** The events of a stream that its group's retention keeps. */
export function retainedEvents(group: LogGroup, stream: LogStream, now: number): readonly LogEvent[] {
  const days = group.retentionInDays;
  return days === undefined ? stream.events : stream.events.filter(({ timestamp }) => timestamp >= now - days * dayMs);
}

export const dayMs = 24 * 60 * 60 * 1000;

/** The error for a request that the API reference forbids. */
export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
