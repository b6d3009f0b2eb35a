import { join } from 'node:path';
import type { RunId } from '../../core/trace/run.ts';
import { UserError } from '../../core/userError.ts';
import type { Engine, EngineConfig, EngineHost, EngineInfo, ProblemFileSummary } from '../../protocol/engine.ts';
import { noReference, openReference } from '../grading/reference.ts';
import { fileStem } from '../importers/problems.ts';
import { previewTraces } from '../importers/traces.ts';
import { createClients } from '../models/client.ts';
import { isEmbedded } from '../models/embedded/settings.ts';
import { testEmbedded } from '../models/embedded/testEmbedded.ts';
import { createVocabularies } from '../models/embedded/vocabulary.ts';
import { testConnection } from '../models/probe.ts';
import { memoryLimits } from '../store/memoryIndex.ts';
import { createRunFolder, freeRunFolder, runIdOf, runsFolder, traceFiles, writeRunFiles } from '../store/runFolder.ts';
import { hasSqlite } from '../store/sqliteIndex.ts';
import { answerClasses, problemPage, queue, traceDetail } from './browse.ts';
import { compare } from './compare.ts';
import { hostFetch } from './hostFetch.ts';
import { importRun } from './importRun.ts';
import { exportRun, previewSelection, reportSoon } from './outcomes.ts';
import { makePlan, problemFileReader, runFileOf } from './planning.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface EngineOptions {
  /** Milliseconds since 1970. */
  now?(): number;
  /** From 0 to 1; seeds runs whose plan names no seed. */
  random?(): number;
  /** The folder of what ships beside the code: embedded models, their problems' keys. Without it there are neither. */
  media?: string;
}

/** The engine: what the worker does for the extension, and what a test may use in process. Nothing happens before `open`. */
export function createEngine(
  host: EngineHost,
  { now = Date.now, random = Math.random, media }: EngineOptions = {},
): Engine {
  const fetch = hostFetch(host);
  const clients = createClients(media, fetch);
  let config: EngineConfig | undefined;
  let workspace: Workspace | null = null;
  let readProblems = problemFileReader(null);

  const log = (level: 'info' | 'warn' | 'error', message: string) => void host.log(level, message).catch(() => {});
  const reference = media === undefined ? noReference : openReference(media, (message) => log('warn', message));
  const vocabularies = media === undefined ? null : createVocabularies(join(media, 'models'));
  const need = (): Workspace => {
    if (!config) throw new Error('The engine was not opened.');
    if (!workspace)
      throw new UserError('No folder is open. Open one first: runs and annotations are kept in it.', openFolder);
    return workspace;
  };
  const folderOf = () => need().config.workspace;
  const decisionOf = (run: RunId) => need().decisionOf(run);
  const openRun = (run: RunId) => need().open(run);
  /** A run whose index holds everything. */
  const wholeRun = async (run: RunId) => {
    const open = await openRun(run);
    await open.catchUp();
    return open;
  };

  return {
    open: async (given) => {
      if (config) throw new Error('The engine is open already.');
      config = given;
      readProblems = problemFileReader(given.workspace);
      const sqlite = await hasSqlite();
      const info: EngineInfo = {
        index: sqlite ? 'sqlite' : 'memory',
        limits: sqlite ? [] : [...memoryLimits],
        warnings: [],
      };
      if (given.workspace === null) return info;
      const indexFolder = sqlite ? join(given.storage, 'index') : null;
      const tools = { host, clients, indexFolder, reference, now, log };
      workspace = await openWorkspace({ ...given, workspace: given.workspace }, tools);
      return { ...info, warnings: await workspace.warnings() };
    },

    readProblemFiles: async (files) => {
      const summaries: ProblemFileSummary[] = [];
      // One after the other: together they may not fit into memory.
      for (const file of files) summaries.push((await readProblems(file)).summary);
      return summaries;
    },
    previewPlan: async (spec) => (await makePlan(spec, config?.workspace ?? null, readProblems, vocabularies)).preview,
    startRun: async (spec, name) => {
      const root = folderOf();
      const plan = await makePlan(spec, root, readProblems, vocabularies);
      const createdAt = new Date(now()).toISOString();
      const folder = await freeRunFolder(runsFolder(root), runIdOf(createdAt, name));
      const seed = spec.seed ?? Math.floor(random() * 2 ** 31);
      const about = { id: folder.id, name, createdAt, version: need().config.version, seed };
      await createRunFolder(folder.path, (draft) => writeRunFiles(draft, runFileOf(spec, plan, about), plan.problems));
      await need().sample(folder.id);
      return folder.id;
    },
    resumeRun: (run) => need().sample(run),
    stopRun: (run) => need().stop(run),
    testConnection: async (model, signal) =>
      clients.embedded && isEmbedded(model)
        ? testEmbedded(model, clients.embedded)
        : testConnection({ settings: model, apiKey: await host.apiKey(model.baseUrl), fetch, signal }),

    listRuns: async () => (workspace ? workspace.summaries() : []),
    runSummary: async (run) => need().summary(await openRun(run)),
    problemRows: async (run, query, from, to) => problemPage(await openRun(run), query, from, to),
    answerClasses: async (run, problem, query) => answerClasses(await openRun(run), problem, query, decisionOf(run)),
    traceDetail: async (run, trace) => traceDetail(await openRun(run), trace, decisionOf(run)),
    compare: async (run, left, right) => compare(await openRun(run), left, right, decisionOf(run)),
    queue: async (run, query, limit) => queue(await openRun(run), query, limit),
    report: async (run, match) => reportSoon(await openRun(run), match),

    annotate: (run, trace, decision) => need().annotate(run, trace, decision),
    undo: (run) => need().undo(run),
    redo: (run) => need().redo(run),

    previewImport: (file, mapping) => previewTraces(file, mapping),
    importTraces: async (file, mapping, arms) => {
      const root = folderOf();
      const createdAt = new Date(now()).toISOString();
      const name = fileStem(file);
      const { id, path } = await freeRunFolder(runsFolder(root), runIdOf(createdAt, name));
      const { version } = need().config;
      const report = await importRun({ file, mapping, arms, workspace: root, folder: path, name, createdAt, version });
      await need().runAppeared(id);
      return { run: id, traces: report.traces, badRows: report.badRows };
    },
    previewSelection: async (run, policy) => previewSelection(await wholeRun(run), policy),
    exportRun: async (run, formats, policy, folder) => {
      const open = await wholeRun(run);
      const own = ['run.json', 'problems.jsonl', ...(await traceFiles(open.folder))];
      const inputs = own.map((name) => ({ name, path: join(open.folder, name) }));
      return exportRun(open, { formats, policy, folder, inputs: [...inputs, ...need().annotationFiles(run)] });
    },

    refresh: async () => workspace?.refresh(),
    shutdown: async () => {
      await workspace?.close();
      await clients.close();
    },
  };
}

const openFolder = { title: 'Open Folder', command: 'vscode.openFolder' };
