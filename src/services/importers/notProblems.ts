import { UserError } from '../../core/userError.ts';

/** The file is readable and is something other than problems: a task file, a prompt, recorded traces, a list of answers. */
export class NotProblemsError extends UserError {}
