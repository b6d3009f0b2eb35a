import type { IncomingMessage } from 'node:http';
import type { Room } from './admission.ts';
import { ApiError, tooMany } from './apiError.ts';

/** Most bytes of a request's body. */
export const longestBody = 1_000_000;
/** A longer one is read so far and thrown away: who is cut off while it sends sees a broken connection, and no refusal. */
const longestRest = 16_000_000;

/**
 * Refuses what does not come from this machine's own programs. A web page can send requests to 127.0.0.1, and one whose
 * host name is pointed there (DNS rebinding) could also read the replies; but browsers name the page's host and origin.
 *
 * @throws ApiError 403
 */
export function checkSender({ headers }: IncomingMessage): void {
  const { host = '', origin } = headers;
  if (!isLoopback(`http://${host}`))
    throw refused(`This server answers to 127.0.0.1 and localhost only, and not to “${host.slice(0, 200)}”.`);
  if (origin !== undefined && !isLoopback(origin))
    throw refused(`This server takes no requests of web pages, such as “${origin.slice(0, 200)}”.`);
}

function refused(message: string): ApiError {
  return new ApiError(403, { message, type: 'permission_error', code: 'forbidden' });
}

function isLoopback(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.username === '' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/**
 * The body as JSON.
 *
 * @param room bytes that all requests may hold together.
 * @throws ApiError 400 for broken JSON, 413 for a body above 1 MB, 429 where too many are being read
 */
export async function readJson(request: IncomingMessage, room: Room): Promise<unknown> {
  if (Number(request.headers['content-length']) > longestRest) throw tooLong();
  const held: (() => void)[] = [];
  try {
    return parse(await readText(request, (length) => hold(room, length, held)));
  } finally {
    for (const leave of held) leave();
  }
}

function hold(room: Room, length: number, held: (() => void)[]): void {
  const leave = room.enter(length);
  if (!leave) throw tooMany('Too many requests are being read: try again in a second.');
  held.push(leave);
}

/** @param onPart may throw, which ends reading. */
async function readText(request: IncomingMessage, onPart: (length: number) => void): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    length += part.length;
    if (length > longestRest) throw tooLong();
    if (length > longestBody) return void parts.splice(0);
    onPart(part.length);
    parts.push(part);
  };
  // Not `for await`, which destroys the request when it is left early, and with it the way of the refusal.
  await new Promise<void>((resolve, reject) => {
    const take = (part: Buffer) => {
      try {
        add(part);
      } catch (error) {
        request.off('data', take).resume();
        reject(error);
      }
    };
    request.on('data', take);
    request.once('end', () => (length > longestBody ? reject(tooLong()) : resolve()));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client went away.')));
  });
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = (error as Error).message.slice(0, 200);
    throw new ApiError(400, { message: `The body is not valid JSON: ${why}.`, code: null });
  }
}

function tooLong(): ApiError {
  const message = `The body is longer than ${longestBody} bytes.`;
  return new ApiError(413, { message, code: 'request_too_large' }, { Connection: 'close' });
}
