import { TerminalError } from '../../core/errors.ts';

/** It is not known who asks: no credentials, or such as are not good (any more). */
export class Unauthenticated extends TerminalError {
  constructor(message: string, options?: ErrorOptions) {
    super('Unauthenticated', message, options);
  }
}

/** It is known who asks, and they may not. */
export class Forbidden extends TerminalError {
  constructor(message: string) {
    super('Forbidden', message);
  }
}

/** There is no such thing, or the one who asks may not know that there is. */
export class NotFound extends TerminalError {
  constructor(message: string) {
    super('NotFound', message);
  }
}
