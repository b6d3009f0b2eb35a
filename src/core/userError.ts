/**
 * A failure that its reader can mend: the message is one clear sentence with the place and the remedy, fit to be shown as it is.
 * Everything else that is thrown is a bug and is logged with its cause.
 */
export class UserError extends Error {
  override name = 'UserError';
  /** A command of the extension that mends it, offered as a button. */
  readonly remedy?: { title: string; command: string; arguments?: unknown[] };

  constructor(message: string, remedy?: { title: string; command: string; arguments?: unknown[] }) {
    super(message);
    this.remedy = remedy;
  }
}
