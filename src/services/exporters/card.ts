import { stringify } from 'yaml';
import type { SelectionPolicy } from '../../core/curate/policy.ts';
import { arms } from '../../core/trace/trace.ts';
import { exporters } from './exporters.ts';
import type { ExportManifest } from './manifest.ts';

/**
 * The dataset card, as Hugging Face reads it: YAML front matter that names the files, then what the data are, how they were
 * sampled and filtered, and what they can't promise. `thoughts`: exported traces whose hidden reasoning was left out.
 */
export function datasetCard(manifest: ExportManifest, thoughts: number): string {
  const sections = [
    `# ${inline(manifest.run.name)}`,
    about(manifest),
    `## Files\n\n${filesTable(manifest)}`,
    `## How it was sampled\n\n${sampling(manifest)}`,
    `## How it was filtered\n\n${filtering(manifest)}`,
    `## Limits\n\n${limits(manifest, thoughts)}`,
  ];
  return `---\n${frontMatter(manifest)}---\n\n${sections.join('\n\n')}\n`;
}

function frontMatter({ run, outputs }: ExportManifest): string {
  const formats = Object.values(exporters).map(({ name }) => name);
  const configs = formats.map((format) => ({
    config_name: format,
    data_files: outputs
      .filter((output) => output.format === format)
      .map((output) => ({ split: output.split ?? 'train', path: output.file })),
  }));
  return stringify({
    pretty_name: run.name,
    task_categories: ['text-generation'],
    tags: ['synthetic', 'reasoning', 'chain-of-thought'],
    configs: configs.filter((config) => config.data_files.length > 0),
  });
}

function about({ run, counts, outputs }: ExportManifest): string {
  const held = outputs.some((output) => output.format !== undefined && exporters[output.format].of === 'traces');
  const solutions = held
    ? `${counts.kept} worked solutions (chains of thought with their final answers) to ${counts.problemsKept} problems, written by language models`
    : `Pairs of worked solutions (chains of thought with their final answers), written by language models`;
  const pairs = outputs.some((output) => output.format === 'dpo') ? ` ${counts.pairs} preference pairs.` : '';
  return `${solutions}.${pairs} Exported by Trace Loupe from the run ${code(run.id)}; \`manifest.json\` holds every setting and the hash of every file.`;
}

function filesTable({ outputs }: ExportManifest): string {
  const data = outputs.filter((output) => output.format !== undefined);
  const rows = data.map((output) => [
    `\`${output.file}\``,
    String(output.records ?? 0),
    output.format === undefined ? '' : exporters[output.format].title,
  ]);
  return table(['file', 'records', 'each line'], rows);
}

function sampling(manifest: ExportManifest): string {
  const { run, budget, importedFrom } = manifest;
  const imported = `The solutions were drawn elsewhere and imported${importedFrom ? ` from ${code(importedFrom.file)}` : ''}; what is not told there is unknown here.`;
  const planned = `Two models answered the same ${run.problemCount} problems, matched by ${matchWords[budget.match]}: per problem ${budget.grid.map(({ weak, strong }) => `${weak} weak and ${strong} strong`).join(', then ')} samples were planned.`;
  const paper = 'The method is that of Bansal et al., "Smaller, Weaker, Yet Better" (arXiv 2408.16737).';
  return `${run.origin === 'imported' ? imported : `${planned} ${paper}`}\n\n${modelsTable(manifest)}\n\n${problemsLine(manifest)}`;
}

const matchWords = { flops: 'FLOPs', price: 'price', count: 'count' };

function modelsTable({ models }: ExportManifest): string {
  const rows = arms.flatMap((arm) => {
    const model = models[arm];
    if (model === null) return [];
    const size = model.activeParamsB === undefined ? 'unknown' : `${model.activeParamsB} B`;
    const settings = Object.entries(model.sampling ?? {})
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .sort();
    return [[arm, code(model.model), size, settings.length > 0 ? code(settings.join(', ')) : 'unknown']];
  });
  return table(['arm', 'model', 'active parameters', 'sampling'], rows);
}

function problemsLine({ problemFiles }: ExportManifest): string {
  const files = problemFiles.map(({ file, problems }) => `${code(file)} (${problems})`);
  return `Problem files: ${files.join(', ') || 'none kept'}.`;
}

function filtering({ policy, counts }: ExportManifest): string {
  const dropped = Object.entries(counts.dropped).map(([reason, n]) => [dropWords[reason] ?? reason, String(n)]);
  const kept = `Of ${counts.traces} traces ${counts.kept} were kept (${counts.keptByArm.weak} weak, ${counts.keptByArm.strong} strong). A trace is counted at the first reason that applies.`;
  return `${policyLines(policy).join('\n')}\n\n${kept}\n\n${table(['dropped because', 'traces'], dropped)}`;
}

const dropWords: Record<string, string> = {
  arm: 'its arm was not wanted',
  verdict: 'its final answer did not have a wanted verdict',
  truncated: 'it was cut off by the token limit',
  soundness: 'its reasoning was called unsound or was flagged',
  badProblem: 'a person called the problem bad',
  duplicatePath: 'another kept trace has the same equations',
  cap: 'its problem had enough',
};

function policyLines(policy: SelectionPolicy): string[] {
  const split = policy.split && Object.entries(policy.split).map(([name, share]) => `${name} ${share}`);
  return [
    `- Arms: ${policy.arms.join(', ')}. Verdicts of the final answer: ${policy.verdicts.join(', ')}.`,
    `- Reasoning: ${soundnessWords[policy.soundness]}`,
    `- ${policy.onePerPath ? 'One correct solution per problem for each ordered list of equations.' : 'Repeated solutions are kept.'}`,
    `- ${policy.capPerProblem === null ? 'No cap per problem.' : `At most ${policy.capPerProblem} per problem.`}`,
    `- Solutions cut off by the token limit are ${policy.keepTruncated ? 'kept' : 'left out'}.`,
    `- ${split ? `Split by problem: ${split.sort().join(', ')} (seed ${policy.seed}).` : `No split (seed ${policy.seed}).`}`,
  ];
}

const soundnessWords: Record<SelectionPolicy['soundness'], string> = {
  any: 'not looked at.',
  notUnsound: 'not called unsound by a person.',
  unflagged: 'not called unsound by a person, and not flagged by a rule unless a person called it sound.',
  soundOnly: 'called sound by a person.',
};

function limits({ policy }: ExportManifest, thoughts: number): string {
  const lines = [
    '- Final answers were compared with the reference answers by rules; a wrong reference answer makes a wrong verdict.',
    policy.soundness === 'soundOnly'
      ? '- The reasoning was judged by people, who can err.'
      : '- A right final answer may rest on wrong reasoning. Only what rules or people found was left out.',
    "- Prompts are the run's system text and template; few-shot examples that the models were shown are left out.",
    '- The problems and the solutions stand under the terms of their sources and models, which are not known here.',
  ];
  if (thoughts > 0)
    lines.push(`- ${thoughts} of the traces came with hidden reasoning apart from their text; it is left out.`);
  return lines.join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The user's words as one line of plain Markdown: they can open no markup. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** The same in a code span, where entities would be read as they stand; also fit for a table's cell. */
function code(text: string): string {
  return `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '¦')}\``;
}
