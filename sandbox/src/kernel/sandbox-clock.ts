import type { Clock } from './clock.ts';

/** Sandbox time that runs with real time, `speed` times as fast. */
export class RunningClock implements Clock {
  readonly speed: number;
  private readonly startAt: number;
  private readonly startedAt = performance.now();

  constructor(startAt: number, speed: number) {
    this.startAt = startAt;
    this.speed = speed;
  }

  now(): number {
    return this.startAt + Math.floor((performance.now() - this.startedAt) * this.speed);
  }
}

/** Sandbox time that stands still until it is stepped. */
export class SteppedClock implements Clock {
  private time: number;

  constructor(startAt: number) {
    this.time = startAt;
  }

  now(): number {
    return this.time;
  }

  /** Time never goes back: an earlier `time` changes nothing. */
  moveTo(time: number): void {
    this.time = Math.max(this.time, time);
  }
}
