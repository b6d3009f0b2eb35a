import { once } from 'node:events';
import { join } from 'node:path';
import { UserError } from '../core/userError.ts';
import { createEmbeddedModels } from '../services/models/embedded/embeddedModels.ts';
import type { EmbeddedModels } from '../services/models/embedded/generate.ts';
import {
  type FaultKind,
  type FaultPlan,
  faultKinds,
  faultNamed,
  faultNames,
} from '../services/models/embedded/server/faults.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../services/models/embedded/server/server.ts';
import { embeddedModels } from '../services/models/embedded/settings.ts';
import { ModelFailure } from '../services/models/model.ts';
import type { Call, Command } from './command.ts';
import { number } from './values.ts';

/** Always the same, so that an address written into settings stays right. */
const defaultPort = 8123;

export const serveEmbeddedCommand: Command = {
  name: 'serve-embedded',
  usage: '[--port N] [--fault KIND[:SHARE]]…',
  summary: 'Serves the embedded models by an OpenAI-compatible HTTP API on 127.0.0.1, until Ctrl-C.',
  about: [
    'Prints the base URL. Any client of that API can use it: the models are embedded:weak and embedded:strong, and any key',
    'will do. The problem is the last message of the user; n texts have the seeds seed, seed + 1, …',
    '',
    'To try a client out, let a share of the requests fail (without :SHARE all do), or one of them, by its header',
    '"x-trace-loupe-fault: KIND". The kinds: 429 and 429-ms (too many requests, with Retry-After or retry-after-ms),',
    '500, 503, dropped (no reply), truncated (cut in the middle), stalled (silent from the middle on), malformed (broken',
    'JSON), empty (no text), ignoredN (one text, whatever n), webPage, and any, which is all of them equally often.',
  ],
  example: `serve-embedded --port 8123 --fault 429:0.1 --fault truncated:0.05
  then: curl http://127.0.0.1:8123/v1/models`,
  options: {
    port: { type: 'string', value: 'N', help: `where to listen (default ${defaultPort}; 0 takes a free one)` },
    fault: { type: 'string', value: 'KIND[:SHARE]', multiple: true, help: 'what goes wrong, for a share from 0 to 1' },
    'fault-seed': { type: 'string', value: 'N', help: 'decides which requests fail, in their order (default 1)' },
    json: { type: 'boolean', help: 'print {"url","port","models"}' },
  },
  stopsInOrder: true,
  async run(call) {
    if (call.files.length > 0) throw new UserError(`serve-embedded takes no files, such as ${call.files[0]}.`);
    const port = portOf(call);
    const faults = { kinds: faultShares(call), seed: number(call, 'fault-seed', { whole: true }) };
    const models = createEmbeddedModels({ folder: join(call.media, 'models') });
    try {
      const names = await readable(call, models);
      const server = await start(call, models, port, faults);
      await announce(call, server, names);
      if (!call.terminal.signal.aborted) await once(call.terminal.signal, 'abort');
      await server.close();
    } finally {
      await models.close();
    }
    return 0;
  },
};

/** The models whose weights can be read; the user is told why the others can't be. */
async function readable({ terminal }: Call, models: EmbeddedModels): Promise<string[]> {
  const names: string[] = [];
  for (const { name, model } of embeddedModels) {
    try {
      await models.info(model as 'weak' | 'strong');
      names.push(name);
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      terminal.note(error.message);
    }
  }
  if (names.length > 0) return names;
  throw new UserError(
    'Neither of the embedded models can be read, so there is nothing to serve: install Trace Loupe anew.',
  );
}

async function start(call: Call, models: EmbeddedModels, port: number, faults: FaultPlan): Promise<EmbeddedServer> {
  try {
    const onBug = (error: unknown) => call.terminal.note(`this is a bug: ${(error as Error)?.stack ?? error}`);
    return await startEmbeddedServer({ models, port, faults, onBug });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is taken by another program' : `can't be had (${code})`;
    throw new UserError(`Port ${port} ${why}: give another with --port, or --port 0 for a free one.`);
  }
}

async function announce({ terminal, values }: Call, { url, port }: EmbeddedServer, models: string[]): Promise<void> {
  await terminal.result(values.json ? JSON.stringify({ url, port, models }) : url);
  terminal.note(`Serving ${models.join(' and ')} at ${url}`);
}

function portOf(call: Call): number {
  const port = number(call, 'port', { whole: true }) ?? defaultPort;
  if (port > 65_535) throw new UserError(`--port ${port} is not a port: they go to 65535.`);
  return port;
}

/** `429:0.1`, `any:0.3` → the share of each kind. */
function faultShares(call: Call): Partial<Record<FaultKind, number>> {
  const shares: Partial<Record<FaultKind, number>> = {};
  const given = call.values.fault;
  for (const said of Array.isArray(given) ? given.map(String) : []) {
    const { kinds, share } = readFault(said);
    for (const kind of kinds) shares[kind] = (shares[kind] ?? 0) + share / kinds.length;
  }
  const sum = Object.values(shares).reduce((total, share) => total + share, 0);
  // Shares such as 0.7 + 0.2 + 0.1 may come out a trifle above 1.
  if (sum > 1 + 1e-9) throw new UserError(`The shares of --fault make ${sum.toFixed(2)} together: 1 is the most.`);
  return shares;
}

function readFault(said: string): { kinds: readonly FaultKind[]; share: number } {
  const [name = '', ...rest] = said.split(':');
  const named = faultNamed(name);
  const kinds = name === 'any' ? faultKinds : named && [named];
  if (!kinds)
    throw new UserError(
      `--fault ${said}: there is no fault "${name}"; use any, ${Object.keys(faultNames).join(', ')}.`,
    );
  const share = rest.length === 0 ? 1 : Number(rest.join(':').trim() || Number.NaN);
  if (share >= 0 && share <= 1) return { kinds, share };
  throw new UserError(`--fault ${said} is not of the form KIND:SHARE with a share from 0 to 1, e.g. ${name}:0.1.`);
}
