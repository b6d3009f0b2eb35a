import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/userError.ts';
import { errorCode, onDisk } from './diskError.ts';

/** The right to draw a run (or one shard of it), held by one process at a time. */
export interface RunLock {
  /** Releasing twice is safe. */
  release(): Promise<void>;
}

interface Owner {
  pid: number;
  host: string;
  /** When the process began, as its system tells it; tells a process from a later one with the same number. */
  processStart: string | null;
  token: string;
}

/**
 * Takes the lock of a run. Without a shard it excludes everyone, with one only those who draw the same shard or everything.
 *
 * A lock that was left behind (kill -9, a crashed machine) is recognised: on the same machine by its process, on another by
 * a heartbeat that has stopped. @throws UserError where someone draws the run.
 */
export async function lockRun(folder: string, shard?: { index: number; count: number }): Promise<RunLock> {
  const name = shard ? `run.${shard.index}-of-${shard.count}.lock` : 'run.lock';
  const path = join(folder, name);
  const owner = await currentOwner();
  await onDisk(`lock the run ${folder}`, () => take(path, owner));
  try {
    await refuseOthers(folder, name);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), heartbeatMs);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
    },
  };
}

/** Is the run being drawn, here or elsewhere? */
export async function isLocked(folder: string): Promise<boolean> {
  for (const name of await lockNames(folder)) if (await isHeld(join(folder, name))) return true;
  return false;
}

const heartbeatMs = 5_000;
/** Another machine's clock or disk may lag; its process can't be looked at. */
const silentMs = 60_000;

async function take(path: string, owner: Owner): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await createWith(path, JSON.stringify(owner))) return;
    if (await isHeld(path)) throw busy(await readOwner(path));
    await removeStale(path);
  }
  throw busy(await readOwner(path));
}

/** Only one process at a time clears a stale lock away, or the second would take away the first one's new lock. */
async function removeStale(path: string): Promise<void> {
  const broom = `${path}.clearing`;
  if (!(await createWith(broom, ''))) {
    const { mtimeMs } = await stat(broom).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > heartbeatMs) await rm(broom, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return;
  }
  if (!(await isHeld(path))) await rm(path, { force: true });
  await rm(broom, { force: true });
}

async function refuseOthers(folder: string, own: string): Promise<void> {
  for (const name of await lockNames(folder)) {
    const excludes = name !== own && (own === 'run.lock' || name === 'run.lock');
    if (excludes && (await isHeld(join(folder, name)))) throw busy(await readOwner(join(folder, name)));
  }
}

async function lockNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^run\.(\d+-of-\d+\.)?lock$/.test(name));
}

async function createWith(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.write(text);
    await file.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(path: string): Promise<boolean> {
  const [owner, file] = await Promise.all([readOwner(path), stat(path).catch(() => null)]);
  if (!file) return false;
  // Written in two steps: a file without an owner is being made, or was left at that moment.
  if (!owner || owner.host !== hostname()) return Date.now() - file.mtimeMs < (owner ? silentMs : heartbeatMs);
  if (!isAlive(owner.pid)) return false;
  const start = await processStart(owner.pid);
  return start === null || owner.processStart === null || start === owner.processStart;
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    const { pid, host, token, processStart = null } = owner;
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
      ? { pid, host, token, processStart }
      : null;
  } catch {
    return null;
  }
}

async function currentOwner(): Promise<Owner> {
  return {
    pid: process.pid,
    host: hostname(),
    processStart: await processStart(process.pid),
    token: randomUUID(),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)), and the machine's boot; null where there is no such file. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    // The name in brackets may itself hold brackets and spaces.
    return `${boot}/${text.slice(text.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return null;
  }
}

function busy(owner: Owner | null): UserError {
  const where = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
  return new UserError(`This run is being sampled by ${where}; stop it there first.`);
}
